# One-sample log-rank tests of the data sets of km_datasets.csv by R's own functions
# (made with R 4.2.2, survival 3.5-3).
#
#   Rscript tests/oracle/stats/one_sample.R [folder]      default: tests/fixtures/stats
#
# one_sample_tests.csv   one row a data set and curve; late entries are made up in the loop below

suppressPackageStartupMessages(library(survival))
here <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
fixtures <- file.path(normalizePath(file.path(dirname(here), "..", "..")), "fixtures", "stats")
folder <- c(commandArgs(TRUE), fixtures)[1]
data <- read.csv(file.path(fixtures, "km_datasets.csv"))

# A published figure: survival at times, log survival straight between them.
figure <- data.frame(time = c(0, 3, 6, 12), survival = c(1, .8, .5, .2))
drawn <- function(t) {
  inside <- approx(figure$time, -log(figure$survival), pmin(t, 12))$y
  inside + pmax(t - 12, 0) * (log(.5) - log(.2)) / 6 # then the last hazard
}
weibull <- function(shape, s0, x0) function(t) {
  -pweibull(t, shape, x0 / (-log(s0))^(1 / shape), lower.tail = FALSE, log.p = TRUE)
}
curves <- list("exponential" = weibull(1, .62, 4), "weibull" = weibull(.7, .5, 5),
               "digitised" = drawn)

rows <- list()
for (id in unique(data$dataset)) for (name in names(curves)) {
  one <- data[data$dataset == id, ]
  hazard <- curves[[name]]
  entry <- one$time * (seq_along(one$time) %% 3) / 4 # every third patient from the start
  test <- survdiff(Surv(time, status) ~ offset(exp(-hazard(time))), data = one)
  o <- sum(one$status)
  e <- sum(hazard(one$time))
  stopifnot(o == test$obs, abs(e - test$exp) < 1e-10)
  less <- poisson.test(o, e, alternative = "less")$p.value
  greater <- poisson.test(o, e, alternative = "greater")$p.value
  limits <- poisson.test(o, e, conf.level = .9)$conf.int
  rows[[length(rows) + 1]] <- data.frame(
    dataset = id, curve = name, observed = o, expected = e,
    expected_late = sum(hazard(one$time) - hazard(entry)),
    chisq = test$chisq, p_two_sided = pchisq(test$chisq, 1, lower.tail = FALSE),
    poisson_less = less, poisson_greater = greater,
    mid_p_less = less - dpois(o, e) / 2, mid_p_greater = greater - dpois(o, e) / 2,
    ratio_low_90 = limits[1], ratio_high_90 = limits[2])
}
found <- do.call(rbind, rows)
for (column in names(found)[-(1:2)]) found[[column]] <- sprintf("%.17g", found[[column]])
write.csv(found, file.path(folder, "one_sample_tests.csv"), row.names = FALSE, quote = FALSE)
