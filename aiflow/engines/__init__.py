"""Where answers come from: a model, a prepared lesson, a recording."""
