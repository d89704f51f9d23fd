"""The part of the judge that runs in the sandbox, beside the program that it judges.

It is copied into a copy of the project and imports nothing of ``aiflow``. One process makes one check. Time
is simulated: a program that sleeps, or a game that draws sixty pictures a second, costs only its computing
time, and two runs with the same input print and draw the same.
"""
