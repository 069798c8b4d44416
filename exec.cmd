@rem So that npm scripts may begin with exec, which hands signals to the program itself, on Windows too: runs the rest of the line.
@%*
