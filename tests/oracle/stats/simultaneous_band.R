# Bands of Kaplan-Meier curves: the oracle of test_simultaneous_band_oracle.py, from R's km.ci
# (made with R 4.2.2, survival 3.5-3, km.ci 0.5-6).
#
#   Rscript tests/oracle/stats/simultaneous_band.R [folder]      default: tests/fixtures/stats
#
# Reads km_small_data.csv of tests/fixtures/stats.
#
# simultaneous_band.csv          one row a data set, method, level and time: S(t) and the band,
#                                over all events (t_low, t_high NA) or between two times
# simultaneous_band_tables.csv   every fourth row and column of the printed tables that km.ci
#                                carries, from a_low to a_high; what it calls nair.99 is missing
#                                from the package, and km.ci stops at that level

suppressPackageStartupMessages({library(survival); library(km.ci)})

SETS <- c("six-mp", "arm-01", "all-events")
METHODS <- c("hall-wellner", "loghall", "epband", "logep")

band_rows <- function(data, method, level, t_low, t_high) {
  fit <- survfit(Surv(time, status) ~ 1, data)
  found <- tryCatch(suppressWarnings(km.ci(fit, level, tl = t_low, tu = t_high, method = method)),
    error = function(e) NULL)
  if (is.null(found) || anyNA(found$lower)) return(NULL)
  data.frame(dataset = data$dataset[1], method = method, level = level,
    t_low = t_low, t_high = t_high, time = found$time, survival = found$surv,
    low = found$lower, high = found$upper)
}

table_rows <- function(method, level) {
  name <- sprintf("critical.value.%s.%d", method, round(100 * level))
  table <- get(name, envir = asNamespace("km.ci"))
  every <- expand.grid(row = seq(1, nrow(table), 4), column = seq(1, ncol(table), 4))
  data.frame(method = method, level = level,
    a_low = as.numeric(sub("al", "", colnames(table)))[every$column] / 100,
    a_high = 0.1 + 0.02 * (every$row - 1),
    critical_value = table[cbind(every$row, every$column)])
}

write_table <- function(table, folder, name) {
  numbers <- vapply(table, is.double, TRUE)
  table[numbers] <- lapply(table[numbers], function(x) ifelse(is.na(x), "", sprintf("%.15g", x)))
  write.csv(table, file.path(folder, name), row.names = FALSE, quote = FALSE)
}

main <- function(fixtures, folder) {
  every <- read.csv(file.path(fixtures, "km_small_data.csv"))
  rows <- list()
  for (name in SETS) for (method in METHODS) {
    data <- every[every$dataset == name, ]
    inside <- as.numeric(quantile(data$time[data$status == 1], c(0.2, 0.8), type = 1))
    for (level in c(0.9, 0.95)) for (ends in list(c(NA, NA), inside)) {
      if (level == 0.95 || is.na(ends[1])) {
        rows[[length(rows) + 1]] <- band_rows(data, method, level, ends[1], ends[2])
      }
    }
  }
  tables <- c(lapply(c(0.9, 0.95, 0.99), function(l) table_rows("hall", l)),
    lapply(c(0.9, 0.95), function(l) table_rows("nair", l)))
  tables <- do.call(rbind, tables)
  write_table(do.call(rbind, rows), folder, "simultaneous_band.csv")
  write_table(tables[!is.na(tables$critical_value), ], folder, "simultaneous_band_tables.csv")
}

here <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
fixtures <- file.path(normalizePath(file.path(dirname(here), "..", "..")), "fixtures", "stats")
main(fixtures, c(commandArgs(TRUE), fixtures)[1])
