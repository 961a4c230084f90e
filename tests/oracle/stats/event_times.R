# Cumulative hazards and incidences, tests between groups and Cox regression: the oracle of
# test_event_times_oracle.py (made with R 4.2.2, survival 3.5-3, cmprsk 2.2-12).
#
#   Rscript tests/oracle/stats/event_times.R [folder]      default: tests/fixtures/stats
#
# event_times_data.csv        lung, aml, every 12th row of mgus2, and small tied random samples;
#                             event 0 = censored; 1 and 2 = causes
# event_times_hazard.csv      survfit: cumhaz, std.chaz of any event (late = 1: with entry)
# event_times_incidence.csv   survfit: pstate, std.err, limits; cmprsk: estimate and variance
# event_times_tests.csv       survdiff of cause 1; cuminc's Tests of each cause
# event_times_cox.csv         coxph of cause 1; warned = 1: R warned, and the estimates, given to
#                             three digits, are wherever its search stopped
suppressPackageStartupMessages({library(survival); library(cmprsk)})
set.seed(20261127, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
folder <- c(commandArgs(trailingOnly = TRUE), "tests/fixtures/stats")[1]

# --- data: R's own sets, and small random ones with heavy ties ----------------------------
lung1 <- lung[!is.na(lung$time), ]
sets <- list(
  lung = data.frame(time = lung1$time, event = lung1$status - 1, group = lung1$sex,
                    stratum = ifelse(lung1$age < 65, 1, 2), x1 = lung1$age, x2 = lung1$sex,
                    entry = 0),
  aml = data.frame(time = aml$time, event = aml$status, group = as.integer(aml$x),
                   stratum = rep(1:2, length.out = 23), x1 = as.integer(aml$x),
                   x2 = rep(c(0, 1, 3), length.out = 23), entry = 0))
m <- mgus2[seq(1, nrow(mgus2), by = 12), ]
sets$mgus2 <- with(m, data.frame(
  time = ifelse(pstat == 1, ptime, futime), event = ifelse(pstat == 1, 1, 2 * death),
  group = as.integer(sex), stratum = ifelse(age < 72, 1, 2), x1 = age, x2 = hgb, entry = 0))
sets$mgus2 <- sets$mgus2[complete.cases(sets$mgus2), ]
sets$mgus2$x2 <- round(sets$mgus2$x2, 1)
for (n in c(5, 8, 10, 12, 12, 15, 20, 20, 30, 45, 45, 80, 120)) {
  entry <- sample(0:2, n, TRUE, c(.6, .2, .2))
  top <- sample(c(4, 8, 40), 1)
  group <- sample(1:3, n, TRUE); if (n < 15) group <- pmin(group, 2)
  event <- sample(0:2, n, TRUE, c(.35, .4, .25))
  if (length(sets) %% 4 == 0) event[group == 1 & event == 1] <- 0   # no event in a group
  sets[[paste0("random", length(sets) - 2)]] <- data.frame(
    time = entry + sample(top, n, TRUE), event = event, group = group,
    stratum = sample(1:2, n, TRUE), x1 = round(rnorm(n), 2), x2 = sample(0:1, n, TRUE),
    entry = entry)
}
put <- function(x, name) write.csv(x, file.path(folder, paste0("event_times_", name, ".csv")), row.names = FALSE,
                                   na = "", quote = FALSE)
put(do.call(rbind, lapply(names(sets), function(s) cbind(dataset = s, sets[[s]]))), "data")

few <- function(x) unique(x[round(seq(1, length(x), length.out = min(9, length(x))))])
digits <- function(x) format(x, digits = 17, trim = TRUE)

# --- Nelson-Aalen: any event is the event ------------------------------------------------
hazard <- NULL
for (s in names(sets)) for (ctype in 1:2) for (late in 0:1) {
  d <- sets[[s]]
  if (late && all(d$entry == 0)) next
  y <- if (late) Surv(d$entry, d$time, d$event > 0) else Surv(d$time, d$event > 0)
  f <- survfit(y ~ 1, ctype = ctype)
  for (i in few(seq_along(f$time))) hazard <- rbind(hazard, data.frame(
    dataset = s, ctype, late, time = f$time[i], n_risk = f$n.risk[i], n_event = f$n.event[i],
    hazard = digits(f$cumhaz[i]), error = digits(f$std.chaz[i])))
}
put(hazard, "hazard")

# --- cumulative incidence ----------------------------------------------------------------
incidence <- NULL
for (s in names(sets)) {
  d <- sets[[s]]
  g <- cuminc(d$time, d$event)
  y <- Surv(d$time, factor(d$event, 0:2))
  f <- lapply(c("log-log", "log", "plain"), function(type) survfit(y ~ 1, conf.type = type))
  for (cause in intersect(1:2, d$event)) {
    name <- grep(paste0(" ", cause, "$"), names(g), value = TRUE)
    at <- few(f[[1]]$time)
    w <- timepoints(g[name], at)
    for (j in seq_along(at)) {
      i <- which(f[[1]]$time == at[j])
      v <- function(x) digits(x[i, cause + 1])
      incidence <- rbind(incidence, data.frame(
        dataset = s, cause, time = at[j], value = v(f[[1]]$pstate),
        cmprsk_value = digits(w$est[1, j]), cmprsk_variance = digits(w$var[1, j]),
        survfit_error = v(f[[1]]$std.err),
        loglog_low = v(f[[1]]$lower), loglog_high = v(f[[1]]$upper),
        log_low = v(f[[2]]$lower), log_high = v(f[[2]]$upper),
        plain_low = v(f[[3]]$lower), plain_high = v(f[[3]]$upper)))
    }
  }
}
put(incidence, "incidence")

# --- log-rank family and Gray's test ----------------------------------------------------
tests <- NULL
for (s in names(sets)) for (stratified in 0:1) for (rho in c(0, 0.5, 1)) {
  d <- sets[[s]]
  if (length(unique(d$group)) < 2) next
  add <- function(test, statistic, df, p, observed = NA, expected = NA)
    tests <<- rbind(tests, data.frame(
      dataset = s, test, stratified, rho, statistic = digits(statistic), df,
      p_value = digits(p), observed = paste(digits(observed), collapse = ";"),
      expected = paste(digits(expected), collapse = ";")))
  fm <- if (stratified) Surv(time, event == 1) ~ group + strata(stratum) else
    Surv(time, event == 1) ~ group
  r <- try(survdiff(fm, data = d, rho = rho), silent = TRUE)
  if (!inherits(r, "try-error")) {
    o <- if (is.matrix(r$obs)) rowSums(r$obs) else r$obs
    e <- if (is.matrix(r$exp)) rowSums(r$exp) else r$exp
    df <- sum(e > 0) - 1
    add("log-rank", r$chisq, df, pchisq(r$chisq, df, lower.tail = FALSE), o, e)
  }
  st <- if (stratified) d$stratum else rep(1, nrow(d))
  g <- cuminc(d$time, d$event, d$group, st, rho = rho)$Tests
  for (cause in rownames(g)) add(paste("gray", cause), g[cause, "stat"], g[cause, "df"],
                                 pchisq(g[cause, "stat"], g[cause, "df"], lower.tail = FALSE))
}
put(tests, "tests")

# --- Cox -----------------------------------------------------------------------------------
cox <- NULL
few_if <- function(said, x) if (said) signif(x, 3) else x
one <- function(x) if (length(x)) digits(x) else NA  # coxph leaves out a test it cannot make
for (s in names(sets)) for (ties in c("efron", "breslow", "exact")) for (stratified in 0:1)
  for (late in 0:1) {
    d <- sets[[s]]
    if (late && all(d$entry == 0)) next
    if (ties == "exact" && late && nrow(d) > 15) next  # it goes over every subset: for ever
    y <- if (late) Surv(d$entry, d$time, d$event == 1) else Surv(d$time, d$event == 1)
    said <- FALSE
    f <- try(withCallingHandlers(
      coxph(if (stratified) y ~ x1 + x2 + strata(d$stratum) else y ~ x1 + x2, data = d,
            ties = ties, control = coxph.control(eps = 1e-11, iter.max = 25)),
      warning = function(w) { said <<- TRUE; invokeRestart("muffleWarning") }), silent = TRUE)
    if (inherits(f, "try-error")) next  # the exact method stops so in separated data
    if (f$nevent == 0) next  # coxph returns no estimates
    se <- sqrt(pmax(diag(f$var), 0)); est <- coef(f)
    for (k in 1:2) cox <- rbind(cox, data.frame(
      dataset = s, ties, stratified, late, name = paste0("x", k), n = f$n, events = f$nevent,
      coefficient = digits(few_if(said, unname(est[k]))), error = digits(few_if(said, se[k])),
      null = digits(f$loglik[1]), greatest = digits(f$loglik[length(f$loglik)]),
      score = one(f$score), wald = one(few_if(said, f$wald.test)), warned = as.integer(said)))
  }
put(cox, "cox")
