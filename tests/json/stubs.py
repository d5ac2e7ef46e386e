"""Empty endpoints for a test that wants the route tables and no server: one for each that the tables declare."""
import re
import sys

names = re.findall(r"^extern const struct endpoint (endpoint_\w+);$", open(sys.argv[1], encoding="utf-8").read(),
                   re.M)
with open(sys.argv[2], "w", encoding="utf-8") as out:
    out.write("struct endpoint {\n    char nothing;\n};\n")
    out.writelines(f"extern const struct endpoint {name};\nconst struct endpoint {name} = {{0}};\n" for name in names)
