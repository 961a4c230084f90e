# Sizes for the width of an interval, by R's own intervals.
# Rscript interval_width.R FOLDER writes FOLDER/interval_width.csv.
out <- commandArgs(trailingOnly = TRUE)[1]
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

size <- function(method, level, criterion, p, interval, wanted, most) {
  how <- list(nearest = nearest, average = average, widest = widest)[[criterion]]
  found <- sapply(seq_len(most), how, p = p, interval = interval)
  first <- which(found <= wanted)[1]
  stable <- max(c(0, which(found > wanted))) + 1
  data.frame(
    method, level, criterion, rate = p, width = wanted, first, stable,
    width_at_first = found[first], width_at_stable = found[stable],
    source = paste("R", getRversion())
  )
}
# prop.test corrects by |x - n/2| where that is below 1/2: at n/2 responders it does not correct.
table <- rbind(
  size("clopper_pearson", 0.95, "nearest", 0.30, exact(0.95), 0.30, 130),
  size("clopper_pearson", 0.95, "nearest", 0.05, exact(0.95), 0.35, 68),
  size("clopper_pearson", 0.95, "nearest", 0.20, exact(0.95), 0.20, 190),
  size("clopper_pearson", 0.95, "nearest", 0.10, exact(0.95), 0.25, 110),
  size("clopper_pearson", 0.90, "nearest", 0.20, exact(0.90), 0.20, 152),
  size("wilson", 0.95, "nearest", 0.30, score(FALSE), 0.20, 206),
  size("wilson", 0.95, "nearest", 0.10, score(FALSE), 0.25, 96),
  size("wilson_corrected", 0.95, "nearest", 0.30, score(TRUE), 0.25, 164),
  size("wilson_corrected", 0.95, "nearest", 0.10, score(TRUE), 0.25, 112),
  size("clopper_pearson", 0.95, "average", 0.30, exact(0.95), 0.30, 128),
  size("wilson", 0.95, "average", 0.10, score(FALSE), 0.20, 120),
  size("clopper_pearson", 0.95, "widest", NA, exact(0.95), 0.30, 144),
  size("wilson", 0.95, "widest", NA, score(FALSE), 0.30, 128),
  size("wilson_corrected", 0.95, "widest", NA, score(TRUE), 0.30, 142)
)
write.csv(format(table, digits = 15, trim = TRUE), file.path(out, "interval_width.csv"), row.names = FALSE, quote = FALSE)
