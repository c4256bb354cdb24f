"""Reports, each a declaration that answers one frozen table. No drawing."""
