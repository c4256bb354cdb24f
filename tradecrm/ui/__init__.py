"""The only package that knows Qt: shell, theme, lists, forms, charts, pages; never a session or a model."""
