# Two-stage designs for a survival rate at a landmark, by R OptInterim 3.0.1 (Huang & Thomas):
# futility stop that is not bought back (C2 = z of 1 - alpha), no pause, one arm, two stages.
# Needs OptInterim, clinfun and mvtnorm. Writes landmark.csv into the folder given as argument.
# OptInterim finds times and bounds by uniroot with its default tolerance of 1.2e-4 and integrates
# to 1.2e-4: its own code is run here with both tightened, nothing else is changed.
suppressMessages(library(OptInterim))
tight <- new.env(parent = parent.env(asNamespace("OptInterim")))
for (name in ls(asNamespace("OptInterim"), all.names = FALSE)) {
  found <- get(name, envir = asNamespace("OptInterim"))
  if (is.function(found)) environment(found) <- tight
  assign(name, found, envir = tight)
}
tight$uniroot <- function(...) stats::uniroot(..., tol = 1e-12, maxiter = 10000)
tight$integrate <- function(...) stats::integrate(..., rel.tol = 1e-10, subdivisions = 2000L)
OptimDes <- tight$OptimDes
folder <- commandArgs(trailingOnly = TRUE)[1]
out <- file.path(if (is.na(folder)) "tests/fixtures/design" else folder, "landmark.csv")

steady <- function(per_unit, units) list(until = seq_len(units), patients = rep(per_unit, units))
from_rate <- function(x, p0, p1, shape0 = 1, shape1 = 1)
  c(shape0, weibPmatch(x, p0, shape = shape0), shape1, weibPmatch(x, p1, shape = shape1))

cases <- list(
  # the package's own first example: accrual that changes, curves of different shape
  list("example 1", list(until = 1:5, patients = c(15, 20, 25, 20, 15)), .05, .10,
       c(1, 1.09, 2, 1.40), 1, "ETSL"),
  list("example 1 EDA", list(until = 1:5, patients = c(15, 20, 25, 20, 15)), .05, .10,
       c(1, 1.09, 2, 1.40), 1, "EDA"),
  # Case & Morgan's rates, steady accrual
  list("35 to 50, 30 a year", steady(30, 6), .10, .10, from_rate(1, .35, .50), 1, "ETSL"),
  list("35 to 50, 30 a year, EDA", steady(30, 6), .10, .10, from_rate(1, .35, .50), 1, "EDA"),
  list("40 to 60, 2 a month", steady(2, 60), .05, .20, from_rate(6, .40, .60), 6, "ETSL"),
  list("45 to 60, 3 a month, ES", steady(3, 60), .10, .20, from_rate(6, .45, .60), 6, "ES"),
  list("falling hazard", steady(25, 6), .05, .10, from_rate(1, .30, .50, .7, .7), 1, "ETSL"))

rows <- lapply(cases, function(k) {
  names(k) <- c("name", "accrual", "alpha", "beta", "param", "x", "target")
  found <- suppressWarnings(OptimDes(
    k$accrual$until, k$accrual$patients, k$alpha, k$beta, k$param, k$x, target = k$target,
    sf = "futility", num.arm = 1, num.stage = 2,
    control = OptimDesControl(trace = FALSE, tol = 1e-8, n.int = c(1, 5), aboveMin = c(1.01, 1.1))))
  number <- function(v) format(unname(v), digits = 12)
  data.frame(
    case = k$name, target = k$target, alpha = k$alpha, beta = k$beta, landmark = k$x,
    shape0 = number(k$param[1]), scale0 = number(k$param[2]),
    shape1 = number(k$param[3]), scale1 = number(k$param[4]),
    until = paste(k$accrual$until, collapse = ";"),
    accrued = paste(k$accrual$patients, collapse = ";"),
    n = unname(found$n["n.last"]), t1 = number(found$stageTime["t1"]), n1 = unname(found$n["n1"]),
    mda = number(found$stageTime["MDA"]), c1 = number(found$boundary["C1L"]),
    c2 = number(found$boundary["C2"]),
    eda = number(found$result["EDA"]), etsl = number(found$result["ETSL"]),
    es = number(found$result["ES"]), stop_null = number(found$result["pstopNull"]),
    stop_alternative = number(found$result["pstopAlt"]),
    se10 = number(found$se[1]), se20 = number(found$se[2]),
    se11 = number(found$se[3]), se21 = number(found$se[4]),
    n_single = unname(found$single.stageTime["n0"]), da_single = unname(found$single.stageTime["DA"]),
    n_exact = unname(found$single.stageTime["n0E"]),
    source = "R OptInterim 3.0.1 (cran/OptInterim) OptimDes")
})
write.csv(do.call(rbind, rows), out, row.names = FALSE, quote = TRUE)
