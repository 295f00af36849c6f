package analysis

import "strings"

// whyUnknown says of a value that is no constant where it comes from.
func whyUnknown(v value) string {
	switch x := v.(type) {
	case *object:
		return whyObject(x)
	case *unknownAttribute:
		return "nothing shows what has the attribute ." + x.name
	case *sequence, *mapping:
		return "not all that the collection holds is known"
	case *method, *function, *boundFunction, *class, *extern:
		return "it is no text and no number, but code"
	case *userObject:
		return "it is an instance of " + x.cls.name + ", which is no text and no number"
	}
	return ""
}

// inputs are where a run gets what the source does not say.
var inputs = map[string]string{
	"os.environ": "an environment variable", "input": "what a person types", "open": "a file", "builtins.open": "a file",
	"json.load": "a file", "json.loads": "text that is not constant", "yaml.load": "a file", "sys.argv": "the command line",
	"argparse": "the command line", "value": "a read from the control system", "configparser": "a file",
}

func whyObject(x *object) string {
	if what, ok := inputs[x.of]; ok {
		return "it comes from " + what
	}
	switch {
	case x == unknownNumber || x.of == "float" || x.of == "int":
		return "it is computed when the code runs"
	case strings.HasPrefix(x.of, "pandas") || strings.HasPrefix(x.of, "numpy"):
		return "it is data of " + x.of
	}
	return "it is what " + x.of + " gives"
}
