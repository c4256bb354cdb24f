"""The one definition of every figure: open amount, balance, profit, exposure, stock."""
