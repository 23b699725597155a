# Filled as its programs land.
