# Makes twostage_conditional.csv of tests/fixtures/stats in the folder given (default: there, from the project root):
#   Rscript two_stage_conditional.R [folder]
# Made with R 4.2.2, base R only. The formulas of Koyama & Chen 2008, section 4, and those of a
# two-stage trial with the attained sizes, by dbinom, pbinom and qbeta. The column p_value equals
# what the authors' own function (TwoStageInf, 2021) gives; kc_upper is the limit that it prints.
out <- c(commandArgs(TRUE), "tests/fixtures/stats")[1]

# P(what was seen or what ranks above it): stage 2 had m2 patients, x2 responses, n2 were planned
conditional <- function(p, d, x1, m2, x2) {
  n2 <- d$n - d$n1; need <- d$r + 1 - x1
  seen <- pbinom(x2 - 1, m2, p, lower.tail = FALSE)
  if (need < 1 || need > n2)                   # stage 1 decided alone: by X1, then by X2
    return(pbinom(x1, d$n1, p, lower.tail = FALSE) + dbinom(x1, d$n1, p) * seen)
  on <- (d$r1 + 1):d$n1
  sum(dbinom(on, d$n1, p) *
        pbinom(d$r - on, n2, qbeta(seen, need, n2 - need + 1), lower.tail = FALSE))
}
# P(X >= x after stage 1 was passed) in a trial of n1 and m2 patients
stagewise <- function(p, d, m2, x) {
  on <- (d$r1 + 1):d$n1
  sum(dbinom(on, d$n1, p) * pbinom(x - on - 1, m2, p, lower.tail = FALSE))
}
root <- function(f, target) {
  g <- function(p) f(p) - target
  if (g(1 - 1e-12) < 0) return(1)
  uniroot(g, c(1e-12, 1 - 1e-12), tol = 1e-15, maxiter = 10000)$root
}

designs <- data.frame(r1 = c(1, 6, 0, 3, 5), n1 = c(10, 19, 13, 13, 9), r = c(5, 16, 2, 12, 18),
                      n = c(29, 39, 20, 43, 29), p0 = c(.1, .3, .05, .2, .5))
rows <- list()
for (i in seq_len(nrow(designs))) {
  d <- designs[i, ]; n2 <- d$n - d$n1
  size <- stagewise(d$p0, d, n2, d$r + 1)
  for (m2 in unique(pmax(1, n2 + c(-5, -2, 1, 3))))
    for (x1 in unique(pmin(d$n1, d$r1 + c(1, 3)))) {
      need <- d$r + 1 - x1
      for (x2 in unique(pmin(m2, pmax(0, need + c(-1, 0, 2))))) {
        allowed <- pbinom(need - 1, n2, d$p0, lower.tail = FALSE)
        critical <- which(c(pbinom((0:m2) - 1, m2, d$p0, lower.tail = FALSE), 0) <=
                            allowed * (1 + 1e-12))[1] - 1
        f <- function(p) conditional(p, d, x1, m2, x2)
        above <- function(p) conditional(p, d, x1, m2, x2 + 1)
        total <- d$n1 + m2
        errors <- sapply((d$r1 + 1):(total + 1), function(x) stagewise(d$p0, d, m2, x))
        bound <- d$r1 - 1 + which(errors <= size)[1]
        s <- function(p) stagewise(p, d, m2, x1 + x2)
        s_above <- function(p) stagewise(p, d, m2, x1 + x2 + 1)
        rows[[length(rows) + 1]] <- cbind(d, x1 = x1, m2 = m2, x2 = x2, size = size,
          allowed_error = allowed, bound = x1 - 1 + critical, p_value = f(d$p0),
          lower = root(f, .05), median = root(f, .5), upper = root(above, .95),
          kc_upper = root(f, .95), sizes_bound = bound, sizes_error = errors[bound - d$r1 + 1],
          sizes_p_value = s(d$p0), sizes_lower = root(s, .05), sizes_upper = root(s_above, .95))
      }
    }
}
write.csv(format(do.call(rbind, rows), digits = 15, trim = TRUE),
          file.path(out, "twostage_conditional.csv"), row.names = FALSE, quote = FALSE)
