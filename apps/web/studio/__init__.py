"""What the studio shows: a creator's items, and what is known of one of them."""
