"""Why a test got its verdict, what would turn it, and what no test pins down."""
