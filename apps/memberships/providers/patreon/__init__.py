"""How Patreon is talked to, and what its words mean. Knows no rows."""
