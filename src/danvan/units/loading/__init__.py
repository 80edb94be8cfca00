"""The real map of Viet Nam, loaded from two packages: read (sources), judged and joined (plan), written (load)."""
