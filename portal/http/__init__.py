"""HTTP: compression, Content-Security-Policy, the page cache and the check against cross-site forms."""
