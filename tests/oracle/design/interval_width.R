# Sizes for the width of an interval, by R's own intervals: the values of test_interval_width_oracle.py.
# Rscript interval_width.R
width <- function(k, n, interval) diff(as.numeric(interval(k, n)))
exact <- function(level) function(k, n) binom.test(k, n, conf.level = level)$conf.int
score <- function(correct) function(k, n) suppressWarnings(
  prop.test(k, n, correct = correct)$conf.int)

nearest <- function(n, p, interval) {
  counts <- unique(c(ceiling(n * p - 0.5 - 1e-9), floor(n * p + 0.5 + 1e-9)))
  max(sapply(counts, width, n = n, interval = interval))
}
average <- function(n, p, interval)
  sum(dbinom(0:n, n, p) * sapply(0:n, width, n = n, interval = interval))
widest <- function(n, p, interval) max(sapply(0:n, width, n = n, interval = interval))

size <- function(name, how, p, interval, wanted, most) {
  found <- sapply(seq_len(most), how, p = p, interval = interval)
  first <- which(found <= wanted)[1]
  stable <- max(c(0, which(found > wanted))) + 1
  cat(name, p, wanted, first, stable, sprintf("%.12f %.12f", found[first], found[stable]), "\n")
}
size("exact, nearest", nearest, 0.30, exact(0.95), 0.30, 130)
size("exact, nearest", nearest, 0.05, exact(0.95), 0.35, 68)
size("exact, nearest", nearest, 0.20, exact(0.95), 0.20, 190)
size("exact, nearest", nearest, 0.10, exact(0.95), 0.25, 110)
size("exact 90 %, nearest", nearest, 0.20, exact(0.90), 0.20, 152)
size("Wilson, nearest", nearest, 0.30, score(FALSE), 0.20, 206)
size("Wilson, nearest", nearest, 0.10, score(FALSE), 0.25, 96)
size("Wilson corrected, nearest", nearest, 0.30, score(TRUE), 0.25, 164)
size("Wilson corrected, nearest", nearest, 0.10, score(TRUE), 0.25, 112)
size("exact, average", average, 0.30, exact(0.95), 0.30, 128)
size("Wilson, average", average, 0.10, score(FALSE), 0.20, 120)
size("exact, widest", widest, NA, exact(0.95), 0.30, 144)
size("Wilson, widest", widest, NA, score(FALSE), 0.30, 128)
# prop.test corrects by |x - n/2| where that is below 1/2: at n/2 responders it does not correct.
size("Wilson corrected, widest", widest, NA, score(TRUE), 0.30, 142)
