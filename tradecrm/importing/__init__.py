"""Spreadsheets from the world: read in a limited child process, columns guessed, cells made values.

Nothing here touches the book; the import operation lives in the services and takes the plain rows made here.
"""
