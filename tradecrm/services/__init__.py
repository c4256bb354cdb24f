"""What a firm does with its book: operations, queries and figures. The only sessions; never Qt."""
