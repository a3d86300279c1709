"""How the site is run: what the servers are told, and programs that rehearse it."""
