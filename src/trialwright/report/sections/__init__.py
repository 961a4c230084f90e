"""Which table and figure stands in which section of the report."""
