-- What took effect, in the order of time, for who reads what was retired: everywhere, or in a county.
CREATE INDEX retirements_state_decided_at_idx ON retirements (state, decided_at, id);
CREATE INDEX retirements_county_decided_at_idx ON retirements (county, decided_at, id);
