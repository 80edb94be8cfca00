"""Django's PostgreSQL as this product asks it: values are bound by the server, which prepares what is asked again."""
