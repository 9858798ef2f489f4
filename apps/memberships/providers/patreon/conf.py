"""How gently Patreon is asked. Its limits are 100 requests a minute for each token."""

PACE_S = 1.0  # one request in so many seconds, over all processes
BURST = 10  # so many may go out at once after a pause
LONGEST_WAIT_S = 120.0  # what is told to wait longer tries again as a job
PAGE_SIZE = 500
MOST_PAGES = 10_000
USUAL_LIFE_S = 31 * 24 * 3600  # of a token that was pasted and does not say
