# writes: definite
# access: write pvaccess.Channel.putDouble exact[PY:SP] constant[1.5] definite
import pvaccess as pva
c = pva.Channel("PY:SP", pva.ProviderType.CA)
c.putDouble(1.5)
