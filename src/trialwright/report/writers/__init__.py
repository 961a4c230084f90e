"""Writers of the report: each lays a `Document` out in one format and computes nothing."""
