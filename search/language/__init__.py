"""The query language and the analysis of texts into words."""
