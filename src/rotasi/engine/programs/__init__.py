"""Problems as integer programs in plain arrays."""
