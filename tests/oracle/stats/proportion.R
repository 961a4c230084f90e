# Intervals and tests of a proportion that the reference tables lack: R's prop.test (continuity
# corrected), the mid-P limits as roots of R's binomial tails (the package exactci solves the same
# equations with uniroot's loose default and is 3e-5 off), and binom.test.
# Usage: Rscript proportion.R [output folder]
folder <- commandArgs(trailingOnly = TRUE)
folder <- if (length(folder)) folder[1] else "tests/fixtures/stats"

mid_p_low <- function(x, n, level) {
  if (x == 0) return(0)
  tail <- function(p) {
    (pbinom(x - 1, n, p, lower.tail = FALSE) + pbinom(x, n, p, lower.tail = FALSE)) / 2
  }
  uniroot(function(p) tail(p) - (1 - level) / 2, c(0, 1), tol = 1e-15)$root
}

cases <- data.frame(
  x = c(0, 1, 3, 5, 5, 6, 10, 12, 15, 20, 44, 47, 81),
  n = c(20, 29, 10, 33, 70, 29, 10, 33, 148, 50, 50, 47, 263)
)
rows <- list()
for (i in seq_len(nrow(cases))) for (level in c(0.8, 0.95)) {
  x <- cases$x[i]
  n <- cases$n[i]
  corrected <- suppressWarnings(prop.test(x, n, conf.level = level)$conf.int)
  p <- function(side) binom.test(x, n, 0.1, alternative = side)$p.value
  rows[[length(rows) + 1]] <- data.frame(
    x, n, level,
    corrected_low = corrected[1], corrected_high = corrected[2],
    mid_p_low = mid_p_low(x, n, level), mid_p_high = 1 - mid_p_low(n - x, n, level),
    p_greater = p("greater"), p_less = p("less"), p_two_sided = p("two.sided")
  )
}
table <- do.call(rbind, rows)
table[] <- lapply(table, function(column) sprintf("%.16g", column))
write.csv(table, file.path(folder, "proportion.csv"), row.names = FALSE, quote = FALSE)
