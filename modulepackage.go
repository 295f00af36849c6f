package interlock

// packageOf are the packages of modules that are named otherwise. A guess would be
// somebody else's package: what is called like the module on an index is seldom what
// the code means, and now and then is there to be taken for it.
var packageOf = map[string]string{
	"at":            "accelerator-toolbox",
	"attr":          "attrs",
	"bs4":           "beautifulsoup4",
	"Crypto":        "pycryptodome",
	"cv2":           "opencv-python-headless",
	"dateutil":      "python-dateutil",
	"docx":          "python-docx",
	"dotenv":        "python-dotenv",
	"epics":         "pyepics",
	"fitz":          "pymupdf",
	"git":           "GitPython",
	"jwt":           "PyJWT",
	"mpl_toolkits":  "matplotlib",
	"OpenSSL":       "pyOpenSSL",
	"PIL":           "pillow",
	"pkg_resources": "setuptools",
	"psycopg2":      "psycopg2-binary",
	"pvaccess":      "pvapy",
	"pylab":         "matplotlib",
	"serial":        "pyserial",
	"skimage":       "scikit-image",
	"sklearn":       "scikit-learn",
	"tango":         "pytango",
	"usb":           "pyusb",
	"visa":          "pyvisa",
	"yaml":          "pyyaml",
	"zmq":           "pyzmq",
}
