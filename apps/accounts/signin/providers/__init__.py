"""Other services that people sign in with. Each reads its addresses at every request, so that stand-ins can take their place."""
