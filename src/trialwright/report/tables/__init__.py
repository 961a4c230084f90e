"""The tables and listings of the report, each built once as data: numbers after ICH E3."""
