# Kaplan-Meier estimation of small and awkward samples: the oracle of
# test_kaplan_meier_small_oracle.py, from R's survival package (made with R 4.2.2,
# survival 3.5-3).
#
#   Rscript tests/oracle/stats/kaplan_meier.R [folder]      default: tests/fixtures/stats
#
# km_small_data.csv        dataset, entry, time, status (1 = event); entry NA: no late entry
# km_small_reference.csv   one row a data set, scale (conf.type) and level (conf.int); the sets
#                          named rounding also with timefix = FALSE, which does not join times
#                          that differ by rounding (R's default does)
# km_small_crossings.csv   where quantile(fit) contradicts print(fit); see `crossings` below
#
# Everything is what the user of R gets from the public functions:
#   q25, median, q75   quantile(fit), with limits
#   S1, S2, S3         summary(fit, times = t): S(t), limits, standard error of S(t);
#                      NA after the last time, where summary() returns no row
#   S_last             S(t) from the last time on
#   rmean              summary(fit, rmean = tau): restricted mean and its standard error
#   followup           quantile of the fit with the status flipped; NA with late entry
# NA is R's NA or NaN: not reached, or not defined. Numbers have as many digits as it takes to
# read the same double back.

suppressPackageStartupMessages(library(survival))
options(warn = 2)
set.seed(20261127, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")

SCALES <- c("plain", "log", "log-log", "logit", "arcsin")
DAYS_A_MONTH <- 30.4375


# The data sets -------------------------------------------------------------------------------

sets <- list()
add <- function(name, time, status, entry = NA) {
  stopifnot(length(time) == length(status), !(name %in% names(sets)))
  entry <- rep_len(entry, length(time))
  sets[[name]] <<- data.frame(dataset = name, entry = entry, time = time, status = status)
}
draw <- function(values, n) values[sample.int(length(values), n, replace = TRUE)]
is_event <- function(n, share) as.integer(runif(n) < share)
numbered <- function(family, i) sprintf("%s-%02d", family, i)

by_hand <- function() {
  add("one-event", 3, 1)
  add("one-censored", 3, 0)
  add("one-event-at-zero", 0, 1)
  add("one-censored-at-zero", 0, 0)
  add("two-events", c(1, 2), c(1, 1))
  add("two-last-censored", c(1, 2), c(1, 0))
  add("two-first-censored", c(1, 2), c(0, 1))
  add("tied-events", rep(2, 5), rep(1, 5))
  add("tied-censored", rep(2, 4), rep(0, 4))
  add("tied-half", rep(2, 6), c(1, 0, 1, 0, 1, 0))
  add("tied-mixed", rep(2, 7), c(1, 1, 0, 1, 1, 1, 1))
  add("tied-at-zero", rep(0, 3), c(1, 0, 1))
  add("all-events-at-zero", rep(0, 3), rep(1, 3))
  add("no-events", c(1, 2, 2, 4, 7), rep(0, 5))
  add("all-events", c(1, 2.5, 3, 4.5, 7), rep(1, 5))
  add("last-event", c(1, 2, 3, 4, 5, 6), c(1, 0, 1, 0, 0, 1))
  add("last-censored", c(1, 2, 3, 4, 5, 6), c(1, 1, 1, 0, 1, 0))
  add("last-both", c(1, 2, 3, 4, 6, 6), c(1, 1, 0, 1, 1, 0))
  add("last-events-tied", c(1, 2, 3, 4, 6, 6), c(1, 1, 0, 1, 1, 1))
  add("half-on-a-step", 1:4, rep(1, 4))
  add("half-on-a-step-of-censorings", c(1, 2, 3, 4, 5, 9), c(1, 1, 1, 0, 0, 1))
  add("half-at-the-end", 1:6, c(1, 1, 1, 0, 0, 0))
  add("half-at-the-last-time", c(1, 2, 3, 5, 5, 5), c(1, 0, 1, 1, 0, 0))
  add("half-last-time-alone", c(1, 1, 4, 4), c(1, 0, 1, 0))
  add("quarters-on-steps", 1:8, rep(1, 8))
  add("quarters-to-the-end", 1:8, c(1, 1, 1, 1, 1, 1, 0, 0))
  add("half-by-rounding", 1:9, c(1, 1, 1, 0, 0, 1, 1, 1, 1))      # the product of the factors
  add("half-step-by-rounding", 1:12, c(1, 1, 1, 1, 1, 1, 0, 0, 1, 0, 1, 1))  # is 0.5 - 1e-16
  add("zero-times-first", c(0, 0, 1, 2, 3), c(1, 0, 1, 0, 1))
  add("censored-at-zero", c(0, 0, 1, 2, 3), c(0, 0, 1, 1, 0))
  add("six-mp", c(6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35),
    c(1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0))
}

at_random <- function() {
  for (i in 1:20) {                                   # heavy ties
    n <- 1 + (i - 1) %% 12
    add(numbered("ties", i), draw(1:5, n), is_event(n, draw(c(0.3, 0.5, 0.8, 1), 1)))
  }
  for (i in 1:8) {                                    # events and censorings at time 0
    n <- 2 + i
    add(numbered("zero", i), draw(0:4, n), is_event(n, 0.6))
  }
  for (i in 1:10) {                                   # S(t) = 1/2 after half the patients
    half <- 1 + (i - 1) %% 6
    before <- sort(draw(1:6, half))
    after <- 6 + draw(1:6, half)
    add(numbered("half", i), c(before, after), c(rep(1, half), is_event(half, (i > 5) * 0.6)))
  }
  for (i in 1:12) {                                   # few patients, few ties
    n <- i
    add(numbered("few", i), round(rexp(n, 0.15), 1), is_event(n, 0.6))
  }
  for (i in 1:10) {                                   # an arm of a phase II trial
    n <- 30 + draw(0:15, 1)
    latent <- rexp(n, log(2) / 6)
    watched <- runif(n, 2, draw(c(8, 18, 36), 1))
    add(numbered("arm", i), round(pmin(latent, watched), 1 + i %% 2),
      as.integer(latent <= watched))
  }
}

late_by_hand <- function() {
  late <- function(i, entry, time, status) add(numbered("late", i), time, status, entry)
  late(1, c(0, 3, 3.5, 4), c(1, 5, 6, 7), c(1, 1, 0, 1))      # the first dies alone
  late(2, c(0, 3, 3.5, 4), c(1, 5, 6, 7), c(0, 1, 0, 1))      # the first is lost alone
  late(3, c(2, 2, 3), c(5, 6, 7), c(1, 0, 1))                 # nobody at the start
  late(4, c(0, 0, 3, 3), c(3, 4, 5, 6), c(1, 0, 1, 1))        # entry at an event: at risk after it
  late(5, c(0, 0, 3, 6, 6, 6), c(1, 2, 4, 7, 8, 9), c(1, 0, 0, 1, 1, 0))  # empty twice
  late(6, rep(0, 5), c(1, 2, 3, 3, 5), c(1, 0, 1, 1, 0))      # all of them at the start
  late(7, 2, 5, 1)
  late(8, 2, 5, 0)
  late(9, c(0, 0, 4, 4, 5), c(2, 2, 6, 7, 9), c(1, 1, 1, 0, 1))  # two die together, alone
  late(10, c(0, 0, 5, 5), c(1, 3, 7, 9), c(1, 0, 1, 0))       # S = 1/2 across a gap
}

late_at_random <- function() {
  for (i in 11:24) {                                  # ties between entries, events, losses
    n <- 2 + (i - 11) %% 11
    entry <- draw(0:4, n)
    add(numbered("late", i), entry + draw(1:4, n), is_event(n, 0.6), entry)
  }
  for (i in 25:30) {
    n <- 30 + draw(0:15, 1)
    entry <- round(runif(n, 0, 4), 1)
    add(numbered("late", i), round(entry + draw((1:90) / 10, n), 1), is_event(n, 0.6), entry)
  }
}

# One number of days becomes months in two ways that differ in the last bit; three visits a set,
# so that patients tie up to that bit.
rounded_months <- function() {
  by_month <- function(days) days / DAYS_A_MONTH
  by_year <- function(days) days / 365.25 * 12
  by_factor <- function(days) days * (1 / DAYS_A_MONTH)
  for (i in 1:18) {
    other <- if (i %% 2) by_year else by_factor
    visits <- sample(Filter(function(d) by_month(d) != other(d), 30:400), 3)
    n <- 4 + (i - 1) %% 9
    days <- c(rep(visits[1], 2), draw(visits, n - 2))
    time <- ifelse(seq_len(n) %% 2 == 1, by_month(days), other(days))
    stopifnot(any(diff(sort(unique(time))) < 1e-12))
    add(numbered("rounding", i), time, c(i %% 2, 1 - i %% 2, is_event(n - 2, 0.6)))
  }
  # R joins times apart by at most sqrt(machine epsilon), 1.49e-8, or that times their mean
  add("rounding-19", c(1, 1 + 1.4e-8, 1.2, 1.5), c(0, 1, 0, 1))
  add("rounding-20", c(1, 1 + 1e-7, 1.2, 1.5), c(0, 1, 0, 1))
}


# What R says ---------------------------------------------------------------------------------

fit_curve <- function(data, scale, level, timefix = TRUE, status = data$status) {
  late <- !anyNA(data$entry)
  response <- if (late) Surv(data$entry, data$time, status) else Surv(data$time, status)
  survfit(response ~ 1, conf.type = scale, conf.int = level, timefix = timefix)
}

# Before the first time, at a time, between times, at the last and after it, in turn.
landmarks <- function(time, i) {
  u <- unique(survfit(Surv(time, rep(1, length(time))) ~ 1)$time)
  middle <- u[(length(u) + 1) %/% 2]
  last <- max(u)
  list(c(u[1] / 2, middle, last), c((u[1] + last) / 2, middle, last),
       c(u[1], (middle + last) / 2, last + 1), c(middle, (u[1] + middle) / 2, last))[[1 + i %% 4]]
}

horizon <- function(time, i) {
  u <- sort(unique(time))
  c(max(u), u[(length(u) + 1) %/% 2], (u[1] + 2 * max(u)) / 3)[1 + i %% 3]
}

survival_at <- function(fit, time) {
  if (time > max(fit$time)) return(rep(NA, 4))
  at <- summary(fit, times = time, extend = FALSE)
  c(at$surv, at$lower, at$upper, at$std.err)
}

quantiles <- function(fit, p) {
  found <- quantile(fit, p)
  as.vector(rbind(found$quantile, found$lower, found$upper))
}

reference_row <- function(data, i, scale, level, timefix) {
  fit <- fit_curve(data, scale, level, timefix)
  times <- landmarks(data$time, i)
  tau <- horizon(data$time, i)
  mean <- summary(fit, rmean = tau)$table[c("rmean", "se(rmean)")]
  followup <- rep(NA, 3)
  if (anyNA(data$entry)) {
    followup <- quantiles(fit_curve(data, scale, level, timefix, 1 - data$status), 0.5)
  }
  numbers <- c(level, fit$n, sum(fit$n.event), quantiles(fit, c(0.25, 0.5, 0.75)),
    unlist(lapply(times, function(t) c(t, survival_at(fit, t)))),
    fit$surv[length(fit$surv)], tau, mean, followup)
  c(data$dataset[1], scale, timefix, shortest(numbers))
}

with_limits <- function(name) paste0(name, c("", "_low", "_high"))
COLUMNS <- c("dataset", "conf.type", "timefix", "conf.int", "n", "events",
  with_limits("q25"), with_limits("median"), with_limits("q75"),
  sapply(1:3, function(k) c(paste0("t", k), with_limits(paste0("S", k)), paste0("S", k, "_se"))),
  "S_last", "tau", "rmean", "rmean_se", with_limits("followup"))

# The fewest digits that read back as the same double.
shortest <- function(x) {
  vapply(as.numeric(x), function(v) {
    if (is.na(v)) return("NA")
    for (digits in 15:17) {
      text <- sprintf("%.*g", digits, v)
      if (as.numeric(text) == v) break
    }
    text
  }, "")
}

# Pointwise limits need not fall from event to event. print(fit) shows the first time at which a
# limit has come down to 1/2; quantile(fit) sorts the limits by height before it looks, and finds
# a later time, sometimes one after the median itself. Here: every case of that kind, with the
# first time (quantile of the same fit, its limits replaced by their running minimum) and, for
# the median, what print(fit) shows.
crossings <- function(data, scale, level) {
  fit <- fit_curve(data, scale, level)
  falling <- fit
  for (limit in c("lower", "upper")) falling[[limit]] <- running_minimum(fit[[limit]])
  rows <- list()
  for (p in c(0.25, 0.5, 0.75)) {
    sorted <- quantiles(fit, p)[2:3]
    first <- quantiles(falling, p)[2:3]
    printed <- if (p == 0.5) summary(fit)$table[paste0(level, c("LCL", "UCL"))] else c(NA, NA)
    if (identical(sorted, first)) next
    rows[[length(rows) + 1]] <-
      c(data$dataset[1], scale, shortest(c(level, p, quantiles(fit, p)[1], first, sorted, printed)))
  }
  rows
}

running_minimum <- function(limit) {
  known <- !is.na(limit)
  limit[known] <- cummin(limit[known])
  limit
}

CROSSING_COLUMNS <- c("dataset", "conf.type", "conf.int", "p", "value", "first_low", "first_high",
  "quantile_low", "quantile_high", "print_low", "print_high")

as_table <- function(rows, columns) {
  table <- as.data.frame(do.call(rbind, unname(rows)))
  setNames(table, columns)
}

write_table <- function(table, folder, name) {
  write.csv(table, file.path(folder, name), row.names = FALSE, quote = FALSE)
}

main <- function(folder) {
  by_hand()
  at_random()
  late_by_hand()
  late_at_random()
  rounded_months()
  rows <- list()
  for (i in seq_along(sets)) {
    levels <- if (i %% 5 == 0) c(0.95, 0.9) else 0.95
    timefix <- if (startsWith(names(sets)[i], "rounding")) c(TRUE, FALSE) else TRUE
    for (fix in timefix) for (level in levels) for (scale in SCALES) {
      rows[[length(rows) + 1]] <- reference_row(sets[[i]], i, scale, level, fix)
    }
  }
  every <- expand.grid(scale = SCALES, level = c(0.9, 0.95, 0.99), i = seq_along(sets),
    stringsAsFactors = FALSE)
  crossed <- Map(function(scale, level, i) crossings(sets[[i]], scale, level),
    every$scale, every$level, every$i)
  data <- do.call(rbind, sets)
  data$entry <- shortest(data$entry)
  data$time <- shortest(data$time)
  write_table(data, folder, "km_small_data.csv")
  write_table(as_table(rows, COLUMNS), folder, "km_small_reference.csv")
  write_table(as_table(unlist(crossed, recursive = FALSE), CROSSING_COLUMNS), folder,
    "km_small_crossings.csv")
}

here <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
root <- normalizePath(file.path(dirname(here), "..", "..", ".."))
folder <- c(commandArgs(TRUE), file.path(root, "tests", "fixtures", "stats"))[1]
main(folder)
