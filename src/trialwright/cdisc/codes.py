"""The codes of SDTM that are read, and what each means in the words of the data set.

Keys are written as CDISC writes them, in capitals; a reader compares without regard to case.
Where a code has an older or a spelt-out form, both stand here.

Source: CDISC SDTM Implementation Guide 3.2 to 3.4, sections on TU, TR and RS (oncology), and
the CDISC controlled terminology for tumour identification, tumour results and response.
"""

from __future__ import annotations

from typing import Literal

ResultKind = Literal["longest", "short", "diameter", "state", "sum"]

# TUTESTCD: which rows of TU identify a lesion.
IDENTIFYING_TESTS = {
    "TUMIDENT": "a tumour is identified",
    "LESIDENT": "a lesion is identified",
}
# TUSTRESC (and TRGRPID): the part a lesion plays.
ROLES = {
    "TARGET": "target",
    "NON-TARGET": "non_target",
    "NON TARGET": "non_target",
    "NONTARGET": "non_target",
    "NEW": "new",
    "NEW LESION": "new",
}
# TRTESTCD, and the names of the same tests (TRTEST): what a row of TR holds.
RESULT_TESTS: dict[str, ResultKind] = {
    "LDIAM": "longest",
    "LONGEST DIAMETER": "longest",
    "LPERP": "short",  # longest perpendicular: the short axis of a lymph node
    "LONGEST PERPENDICULAR": "short",
    "SAXIS": "short",
    "SHORT AXIS": "short",
    "DIAMETER": "diameter",  # the one that RECIST counts, chosen by the source
    "TUMSTATE": "state",
    "TUMOR STATE": "state",
    "LNSTATE": "state",
    "LYMPH NODE STATE": "state",
    "SUMDIAM": "sum",
    "SUM OF DIAMETER": "sum",
    "SUM OF DIAMETERS": "sum",
    "SUMLDIAM": "sum",
    "SUM OF LONGEST DIAMETER": "sum",
}
# Words of a result (TRORRES, TRSTRESC): what was seen instead of a diameter.
STATES = {
    "ABSENT": "absent",
    "DISAPPEARED": "absent",
    "NON-PATHOLOGICAL": "absent",  # of a lymph node: below 10 mm, normal
    "PRESENT": "present",
    "PATHOLOGICAL": "present",
    "TOO SMALL TO MEASURE": "too_small",
    "TOO SMALL": "too_small",
    "TSTM": "too_small",
    "INCREASED": "increased",
    "UNEQUIVOCAL PROGRESSION": "unequivocal_progression",
    "MERGED": "merged",
    "COALESCED": "merged",
    "NE": "not_evaluable",
    "NOT EVALUABLE": "not_evaluable",
    "NOT ASSESSABLE": "not_evaluable",
    "NOT DONE": "not_evaluable",
}
# The same two words say different things of a known and of a new lesion.
STATES_OF_NEW = {"EQUIVOCAL": "equivocal", "UNEQUIVOCAL": "present"}
STATES_OF_KNOWN = {"EQUIVOCAL": "increased", "UNEQUIVOCAL": "unequivocal_progression"}

# TRSTRESU, TRORRESU: mm in one of the unit.
LENGTHS = {"MM": 1.0, "CM": 10.0}
# EXDOSU: mg in one of the unit.
MASSES = {"MG": 1.0, "G": 1000.0, "UG": 0.001}

# RSTESTCD, and the names of the same tests (RSTEST): the column of the table ``calls``.
RESPONSE_TESTS = {
    "TRGRESP": "target",
    "TARGET RESPONSE": "target",
    "NTRGRESP": "non_target",
    "NON-TARGET RESPONSE": "non_target",
    "OVRLRESP": "overall",
    "OVERALL RESPONSE": "overall",
    "NEWLPROG": "new_lesion",
    "NEW LESION PROGRESSION": "new_lesion",
    "NEWLIND": "new_lesion",
    "NEW LESION INDICATOR": "new_lesion",
}
# RSCAT: the criteria.
CRITERIA = {
    "RECIST 1.1": "RECIST 1.1",
    "RECIST1.1": "RECIST 1.1",
    "RECIST V1.1": "RECIST 1.1",
    "IRECIST": "iRECIST",
}
# RSSTRESC: a response, in the labels of the data set.
RESPONSES = {
    "CR": "CR",
    "PR": "PR",
    "SD": "SD",
    "NON-CR/NON-PD": "Non-CR/Non-PD",
    "NON CR/NON PD": "Non-CR/Non-PD",
    "PD": "PD",
    "NE": "NE",
    "ICR": "iCR",
    "IPR": "iPR",
    "ISD": "iSD",
    "IUPD": "iUPD",
    "ICPD": "iCPD",
    "NON-ICR/NON-IUPD": "Non-CR/Non-PD",  # the criteria say that it is the iRECIST one
}
NEW_LESION_CALLS = {"Y": True, "UNEQUIVOCAL": True, "N": False, "EQUIVOCAL": False}

# --EVAL: who evaluated. An independent assessor is told apart by --EVALID.
INVESTIGATORS = ("INVESTIGATOR",)
INDEPENDENT = ("INDEPENDENT ASSESSOR", "INDEPENDENT REVIEWER", "CENTRAL READER")
ADJUDICATORS = ("ADJUDICATOR",)
CENTRAL_READERS = {
    "RADIOLOGIST 1": "central_1",
    "READER 1": "central_1",
    "RADIOLOGIST 2": "central_2",
    "READER 2": "central_2",
}

# TULOC: the organ. Lymph nodes are found by ``LYMPH_NODE`` anywhere in the words.
LYMPH_NODE = "LYMPH NODE"
ORGANS_OF_LOCATION = {
    "LIVER": "liver",
    "LUNG": "lung",
    "PERITONEUM": "peritoneum",
    "BONE": "bone",
    "BRAIN": "brain",
    "ADRENAL GLAND": "adrenal",
    "ADRENAL": "adrenal",
    "KIDNEY": "kidney",
    "PANCREAS": "pancreas",
    "COLON": "colon",
    "SOFT TISSUE": "soft tissue",
    "SKIN": "skin",
    "PLEURA": "pleura",
    "SPLEEN": "spleen",
    "OVARY": "ovary",
}

SEXES = {"F": "female", "M": "male", "U": "unknown", "UNDIFFERENTIATED": "unknown"}
# DSDECOD of protocol milestones.
ENROLMENT = ("ENROLLED", "ENROLLMENT", "RANDOMIZED", "RANDOMISED")
CONSENT = ("INFORMED CONSENT OBTAINED", "INFORMED CONSENT")
# DSSCAT of disposition events: what ended.
DISPOSITION_SCOPES = {
    "STUDY TREATMENT": "treatment",
    "STUDY PARTICIPATION": "study",
    "STUDY": "study",
}
# DSDECOD of disposition events: why something ended. Any other word is another reason.
DISPOSITION_REASONS = {
    "COMPLETED": "completed",
    "PROGRESSIVE DISEASE": "progression",
    "SYMPTOMATIC DETERIORATION": "clinical progression",
    "CLINICAL PROGRESSION": "clinical progression",
    "ADVERSE EVENT": "adverse event",
    "DEATH": "death",
    "WITHDRAWAL BY SUBJECT": "withdrawal",
    "WITHDRAWAL BY PARENT/GUARDIAN": "withdrawal",
    "WITHDRAWAL OF CONSENT": "withdrawal",
    "LOST TO FOLLOW-UP": "lost to follow-up",
}
OTHER_REASON = "other"
# EXTRT, a part of it: no drug is given.
PLACEBO = "PLACEBO"
# CMCAT, CMSCAT, a part of it: the medication is a treatment of the cancer.
ANTICANCER = r"ANTI-?\s?CANCER|ANTI-?NEOPLASTIC THERAP|CANCER (THERAPY|TREATMENT)|CHEMOTHERAPY"
PRIOR = r"\bPRIOR\b|\bPREVIOUS\b"
# CMCLAS, a part of it: the class holds anticancer drugs, and hormones and others too.
ANTINEOPLASTIC_CLASS = "ANTINEOPLASTIC"
# PRTRT or PRDECOD, a part of it: a local treatment and its modality.
LOCAL_TREATMENTS = {
    "RADIOFREQUENCY ABLATION": "RFA",
    "RFA": "RFA",
    "MICROWAVE ABLATION": "MWA",
    "MWA": "MWA",
    "CRYOABLATION": "cryoablation",
    "HIFU": "HIFU",
    "HIGH INTENSITY FOCUSED ULTRASOUND": "HIFU",
    "CHEMOEMBOLIZATION": "TACE",
    "TACE": "TACE",
    "IRREVERSIBLE ELECTROPORATION": "other",
    "RADIOEMBOLIZATION": "other",
    "STEREOTACTIC BODY RADIATION THERAPY": "radiotherapy",
    "SBRT": "radiotherapy",
    "RADIOTHERAPY": "radiotherapy",
    "RADIATION THERAPY": "radiotherapy",
    "RESECTION": "surgery",
    "METASTASECTOMY": "surgery",
    "HEPATECTOMY": "surgery",
    "SEGMENTECTOMY": "surgery",
    "LOBECTOMY": "surgery",
    "LYMPHADENECTOMY": "surgery",
}
# Surgery and radiotherapy are local treatment of a lesion only where they name one.
ONLY_OF_A_LESION = ("radiotherapy", "surgery")
# PRCAT or PRSCAT, a part of it: foreseen by the protocol, or not.
PLANNED = r"STUDY TREATMENT|PROTOCOL[ -](PLANNED|SPECIFIED)|^PLANNED"
UNPLANNED = r"SUBSEQUENT|CONCOMITANT|RESCUE|NON-?STUDY|UNPLANNED"
# VISIT, its beginning.
BASELINE_VISITS = r"^(SCREEN|BASELINE|PRE-?TREATMENT)"
UNSCHEDULED_VISITS = r"^UNSCHED"

# AEOUT: how an event ended, in the labels of the data set.
EVENT_OUTCOMES = {
    "RECOVERED/RESOLVED": "recovered",
    "RECOVERED/RESOLVED WITH SEQUELAE": "recovered with sequelae",
    "RECOVERING/RESOLVING": "recovering",
    "NOT RECOVERED/NOT RESOLVED": "not recovered",
    "FATAL": "fatal",
    "UNKNOWN": "unknown",
}
# AEACN: what was done with the treatment. DRUG INTERRUPTED is a pause of any length.
EVENT_ACTIONS = {
    "DOSE NOT CHANGED": "unchanged",
    "DOSE REDUCED": "reduced",
    "DRUG INTERRUPTED": "interrupted",
    "DRUG WITHDRAWN": "stopped",
}
# AEREL: a reasonable possibility, or none. REMOTE and UNLIKELY say neither.
RELATED = ("RELATED", "POSSIBLY RELATED", "POSSIBLE", "PROBABLY RELATED", "PROBABLE",
           "DEFINITELY RELATED", "DEFINITE", "Y")  # fmt: skip
UNRELATED = ("NOT RELATED", "UNRELATED", "NONE", "N")
# The criteria of seriousness (ICH E2A) that AE has columns for.
SERIOUS_BECAUSE = {
    "AESDTH": "death",
    "AESLIFE": "life-threatening",
    "AESHOSP": "hospitalisation",
    "AESDISAB": "disability",
    "AESCONG": "congenital anomaly",
    "AESMIE": "other medically important",
}
# LBSPEC: blood or a part of it; any other specimen stands in the name of the test.
BLOOD_SPECIMENS = ("BLOOD", "SERUM", "PLASMA", "SERUM OR PLASMA", "WHOLE BLOOD", "VENOUS BLOOD",
                   "ARTERIAL BLOOD", "CAPILLARY BLOOD")  # fmt: skip
# LBCAT, a part of it: a sample of urine where LBSPEC is blank.
URINE = r"URIN(E|ALYSIS)"
# LBORRESU, LBSTRESU: a pure number.
NO_UNIT = ("NO UNITS", "NO UNIT", "UNITLESS", "1")
