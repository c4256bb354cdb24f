"""Lists, search, the bulk door and the check of a book: data as such, no business of its own."""
