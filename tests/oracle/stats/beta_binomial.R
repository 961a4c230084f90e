# Credible intervals and predictive distributions: the oracle of test_beta_binomial_oracle.py.
# Made with R 4.2.2; no package is needed.
# Usage: Rscript beta_binomial.R [output folder]
#
# credible_interval.csv   qbeta; the highest density interval as the shortest of all intervals with
#                         the level (optimize over the tail below), written only where the density
#                         has one peak inside (0, 1)
# The predictive distribution is integrated numerically in responders_to_come.csv, so that the
# closed form is met by another route: integral of dbinom(i, m, p) dbeta(p, a, b).
folder <- commandArgs(trailingOnly = TRUE)
folder <- if (length(folder)) folder[1] else "tests/fixtures/stats"

shortest <- function(a, b, level) {
  width <- function(below) qbeta(below + level, a, b) - qbeta(below, a, b)
  below <- optimize(width, c(0, 1 - level), tol = 1e-12)$minimum
  qbeta(c(below, below + level), a, b)
}

cases <- data.frame(
  a = c(1, 0.5, 6, 5.5, 1.2, 1, 12.3, 16.6, 30.5, 0.2, 3, 6),
  b = c(1, 20.5, 29, 28.5, 44.8, 30, 3.4, 7.4, 0.5, 0.8, 3, 25)
)
rows <- list()
for (i in seq_len(nrow(cases))) for (level in c(0.8, 0.95)) {
  a <- cases$a[i]
  b <- cases$b[i]
  tails <- qbeta(c((1 - level) / 2, (1 + level) / 2), a, b)
  dense <- if (a > 1 && b > 1) shortest(a, b, level) else c(NA, NA)
  rows[[length(rows) + 1]] <- data.frame(
    a, b, level,
    mean = a / (a + b), median = qbeta(0.5, a, b), above = pbeta(0.2, a, b, lower.tail = FALSE),
    low = tails[1], high = tails[2], dense_low = dense[1], dense_high = dense[2]
  )
}
save <- function(table, name) {
  numbers <- vapply(table, is.numeric, NA)
  table[numbers] <- lapply(table[numbers], function(x) {
    ifelse(is.na(x), "", sprintf("%.16g", x))
  })
  write.csv(table, file.path(folder, name), row.names = FALSE, quote = FALSE)
}
save(do.call(rbind, rows), "credible_interval.csv")

rows <- list()
for (i in c(1, 3, 5, 8, 11)) for (m in c(1, 4, 16)) for (x in unique(c(0, m %/% 3, m))) {
  a <- cases$a[i]
  b <- cases$b[i]
  joint <- function(p) dbinom(x, m, p) * dbeta(p, a, b)
  found <- integrate(joint, 0, 1, rel.tol = 1e-12, subdivisions = 2000L)
  rows[[length(rows) + 1]] <- data.frame(a, b, patients = m, responders = x, p = found$value)
}
save(do.call(rbind, rows), "responders_to_come.csv")
