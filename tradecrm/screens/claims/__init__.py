"""Declarations of the pages of expense claims, rebates and commission."""
