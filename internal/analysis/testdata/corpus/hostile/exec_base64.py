# writes: definite
# builtin: exec
# access: write epics.caput exact[B64:SP] constant[1] definite
import base64
exec(base64.b64decode("aW1wb3J0IGVwaWNzOyBlcGljcy5jYXB1dCgnQjY0OlNQJywgMSk=").decode())
