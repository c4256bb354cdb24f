"""What a person sees, declared in plain data: lists, forms, actions, menus; no Qt, no session."""
