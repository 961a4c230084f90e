# Intervals and tests of a difference of two proportions, first group minus reference.
# R ratesci (scoreci, moverci), PropCIs (diffscoreci), exact2x2 (uncondExact2x2, boschloo; it needs
# exactci and ssanv) and fisher.test. exact2x2 subtracts its first group from its second, so the
# reference group goes first. It looks at nPgrid rates only (100 unless told) and at 2^20
# differences; with 1000 rates its limits lie up to 5e-6 from the true ones.
# Usage: Rscript two_proportions.R [output folder]; takes a few minutes.
suppressMessages(library(exact2x2))
folder <- commandArgs(trailingOnly = TRUE)
folder <- if (length(folder)) folder[1] else "tests/fixtures/stats"

rows <- list()
add <- function(case, method, convention, level, low = NA, high = NA, p = NA) {
  rows[[length(rows) + 1]] <<- data.frame(
    x = case[1], n = case[2], reference_x = case[3], reference_n = case[4],
    method, convention, level, low, high, p
  )
}

# Newcombe 1998, table II, and phase II sizes: rates like REGOTORI's with and without liver metastases.
cases <- list(
  c(56, 70, 48, 80), c(9, 10, 3, 10), c(6, 7, 2, 7), c(5, 56, 0, 29), c(0, 10, 0, 20),
  c(0, 10, 0, 10), c(10, 10, 0, 20), c(10, 10, 0, 10), c(2, 23, 3, 10), c(7, 15, 2, 15),
  c(5, 33, 2, 23), c(12, 29, 12, 29), c(1, 1, 0, 1)
)
for (case in cases) for (level in c(0.8, 0.95)) {
  x <- case[1]; n <- case[2]; y <- case[3]; m <- case[4]
  hybrid <- ratesci::moverci(x, n, y, m, type = "wilson", level = level)$estimates
  add(case, "newcombe", "", level, hybrid[, "lower"], hybrid[, "upper"])
  for (corrected in c(TRUE, FALSE)) {
    score <- ratesci::scoreci(x, n, y, m, skew = FALSE, bcf = corrected, level = level,
                              precis = 12, warn = FALSE)$estimates
    add(case, "scoreci", if (corrected) "corrected" else "uncorrected", level,
        score[, "lower"], score[, "upper"])
  }
}
for (case in cases[c(1, 9, 10, 11)]) {
  limits <- PropCIs::diffscoreci(case[1], case[2], case[3], case[4], 0.95)$conf.int
  add(case, "diffscoreci", "corrected", 0.95, limits[1], limits[2])
}
for (case in cases) {
  table <- matrix(c(case[1], case[2] - case[1], case[3], case[4] - case[3]), 2)
  for (side in c("greater", "less", "two.sided")) {
    add(case, "fisher", side, NA, p = fisher.test(table, alternative = side)$p.value)
  }
}

rates <- ucControl(nPgrid = 1000)
exact <- function(case, method, level) {
  found <- uncondExact2x2(case[3], case[4], case[1], case[2], parmtype = "difference",
                          method = method, conf.int = TRUE, conf.level = level, control = rates)
  add(case, method, "exact", level, found$conf.int[1], found$conf.int[2], found$p.value)
}
for (case in list(c(7, 15, 2, 15), c(0, 10, 0, 10), c(5, 33, 2, 23), c(10, 10, 0, 20),
                  c(6, 7, 2, 7), c(3, 9, 6, 12), c(1, 1, 0, 1))) exact(case, "score", 0.95)
exact(c(3, 9, 6, 12), "score", 0.8)
# Group sizes with no common divisor: exact2x2 loses ties of the plain difference (see the test).
for (case in list(c(5, 33, 2, 23), c(3, 7, 5, 11), c(7, 15, 2, 15))) exact(case, "simple", 0.95)
many <- ucControl(nPgrid = 5000)
for (case in cases[c(2, 3, 9, 10, 11)]) for (side in c("greater", "less")) {
  found <- uncondExact2x2(case[3], case[4], case[1], case[2], parmtype = "difference",
                          method = "score", alternative = side, control = many)
  add(case, "barnard", side, NA, p = found$p.value)
  found <- boschloo(case[3], case[4], case[1], case[2], alternative = side, control = many)
  add(case, "boschloo", side, NA, p = found$p.value)
}

table <- do.call(rbind, rows)
numbers <- c("level", "low", "high", "p")
table[numbers] <- lapply(table[numbers], function(column) {
  ifelse(is.na(column), "", sprintf("%.16g", column))
})
write.csv(table, file.path(folder, "two_proportions.csv"), row.names = FALSE, quote = FALSE)
