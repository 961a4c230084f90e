# Rounding to significant digits: the oracle of test_significant_digits.py.
# Made with R 4.2.2; no package is needed.
# Usage: Rscript significant_digits.R [output folder]
#
# significant_digits.csv   signif of random numbers, of their halves between two roundings (which go to
#                          the even digit), and of products that floating point does not hold exactly
folder <- commandArgs(trailingOnly = TRUE)
folder <- if (length(folder)) folder[1] else "tests/fixtures/safety"

set.seed(20)
random <- round(10^runif(160, -3, 5), 4)
halves <- c(2.25, 2.35, 0.125, 0.375, 12.5, 13.5, 1250, 1350, 100.5, 101.5)
products <- c(0.1 + 0.2, 3 * 0.7, 1.1 * 10, 1.5 * 40.2, 2.5 * 0.67, 20 * 0.835, 1 / 3, 200 / 3)
number <- c(random, halves, products, -products)
digits <- rep_len(c(2, 3, 4, 6, 10, 15), length(number))
rounded <- mapply(signif, number, digits)

write.csv(
  data.frame(number = sprintf("%.17g", number), digits = digits, rounded = sprintf("%.17g", rounded)),
  file.path(folder, "significant_digits.csv"),
  row.names = FALSE, quote = FALSE
)
