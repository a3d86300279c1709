"""Parts of every API router: problems, paging, rate limits."""
