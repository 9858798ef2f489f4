"""Messages from outside: kept first, then worked on by a job."""
