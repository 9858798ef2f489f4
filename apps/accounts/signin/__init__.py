"""How people sign in, where that is not allauth's as it comes: its adapters, other services, codes for supporters."""
