package analysis

import (
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// special is a library function whose meaning the walker must know.
type special func(w *walker, a arguments, n *parser.Node) value

// specials are the functions that bind, import, decode or give back values.
func specials() map[string]special {
	return map[string]special{
		"functools.partial":                         callPartial,
		"functools.partialmethod":                   callPartialMethod,
		"functools.wraps":                           makeIdentity,
		"functools.lru_cache":                       passDecorator,
		"functools.cache":                           first,
		"functools.update_wrapper":                  first,
		"contextlib.contextmanager":                 first,
		"contextlib.asynccontextmanager":            first,
		"contextlib.closing":                        first,
		"contextlib.nullcontext":                    first,
		"dataclasses.dataclass":                     dataDecorator,
		"attr.s":                                    dataDecorator,
		"attr.attrs":                                dataDecorator,
		"attr.define":                               dataDecorator,
		"attr.frozen":                               dataDecorator,
		"attr.dataclass":                            dataDecorator,
		"attrs.define":                              dataDecorator,
		"attrs.frozen":                              dataDecorator,
		"pydantic.dataclasses.dataclass":            dataDecorator,
		"dataclasses.field":                         makeField,
		"dataclasses.asdict":                        callAsdict,
		"dataclasses.replace":                       callReplace,
		"dataclasses.astuple":                       dataTuple,
		"attr.ib":                                   makeField,
		"attr.field":                                makeField,
		"attrs.field":                               makeField,
		"attr.asdict":                               callAsdict,
		"attrs.asdict":                              callAsdict,
		"pydantic.Field":                            makeField,
		"collections.namedtuple":                    newNamedTuple,
		"typing.NamedTuple":                         newNamedTuple,
		"collections.defaultdict":                   defaultDict,
		"collections.OrderedDict":                   copyDict,
		"collections.Counter":                       func(*walker, arguments, *parser.Node) value { return &mapping{open: true} },
		"collections.UserDict":                      copyDict,
		"collections.UserList":                      copyList,
		"types.MappingProxyType":                    copyDict,
		"collections.deque":                         copyList,
		"collections.ChainMap":                      chainMap,
		"pandas.DataFrame":                          newDataset,
		"pandas.Series":                             copySeries,
		"pandas.Index":                              copyList,
		"configparser.ConfigParser":                 newConfigFile,
		"configparser.RawConfigParser":              newConfigFile,
		"argparse.ArgumentParser":                   newArgParser,
		"yaml.safe_load":                            yamlLoad,
		"yaml.load":                                 yamlLoad,
		"yaml.full_load":                            yamlLoad,
		"csv.reader":                                csvReader,
		"csv.DictReader":                            csvDictReader,
		"io.StringIO":                               firstConstant,
		"textwrap.dedent":                           dedent,
		"contextvars.ContextVar":                    newBox,
		"queue.Queue":                               newQueue,
		"queue.SimpleQueue":                         newQueue,
		"queue.LifoQueue":                           newQueue,
		"queue.PriorityQueue":                       newQueue,
		"asyncio.Queue":                             newQueue,
		"asyncio.LifoQueue":                         newQueue,
		"asyncio.PriorityQueue":                     newQueue,
		"multiprocessing.Queue":                     newQueue,
		"multiprocessing.SimpleQueue":               newQueue,
		"multiprocessing.JoinableQueue":             newQueue,
		"asyncua.ua.NodeId":                         nodeID,
		"asyncua.ua.uatypes.NodeId":                 nodeID,
		"pandas.read_csv":                           readTable,
		"string.Template":                           firstConstant,
		"itertools.repeat":                          repeat,
		"itertools.cycle":                           loosened,
		"itertools.islice":                          islice,
		"itertools.takewhile":                       takeWhile,
		"itertools.dropwhile":                       loosenedSecond,
		"itertools.zip_longest":                     func(w *walker, a arguments, _ *parser.Node) value { return w.zip(a) },
		"itertools.chain.from_iterable":             chainAll,
		"itertools.count":                           countFrom,
		"itertools.combinations":                    tuplesOf,
		"itertools.permutations":                    tuplesOf,
		"itertools.accumulate":                      looseNumbers,
		"functools.reduce":                          reduce,
		"asyncio.as_completed":                      first,
		"asyncio.wait":                              waitAll,
		"typing.cast":                               second,
		"copy.copy":                                 first,
		"copy.deepcopy":                             first,
		"asyncio.run":                               first,
		"asyncio.create_task":                       first,
		"asyncio.ensure_future":                     first,
		"asyncio.wait_for":                          first,
		"asyncio.shield":                            first,
		"cothread.Spawn":                            spawn,
		"asyncio.gather":                            gather,
		"importlib.import_module":                   importModule,
		"importlib.reload":                          first,
		"importlib.util.find_spec":                  findSpec,
		"importlib.util.module_from_spec":           moduleFromSpec,
		"importlib.find_loader":                     findSpec,
		"importlib.machinery.PathFinder.find_spec":  findSpec,
		"inspect.getattr_static":                    func(w *walker, a arguments, n *parser.Node) value { return w.callGetattr(a, n) },
		"sympy.sympify":                             sympified,
		"sympy.parse_expr":                          sympified,
		"pkgutil.find_loader":                       findSpec,
		"pkgutil.get_loader":                        findSpec,
		"pkgutil.resolve_name":                      resolveName,
		"pydoc.locate":                              resolveName,
		"traitlets.import_item":                     resolveName,
		"traitlets.utils.importstring.import_item":  resolveName,
		"django.utils.module_loading.import_string": resolveName,
		"pydoc.safeimport":                          importModule,
		"logging.config.dictConfig":                 dictConfig,
		"importlib.__import__":                      importModule,
		"operator.methodcaller":                     methodCaller,
		"operator.attrgetter":                       attrGetter,
		"operator.call":                             operatorCall,
		"itertools.product":                         product,
		"itertools.chain":                           chain,
		"codecs.decode":                             codecsDecode,
		"json.loads":                                jsonLoads,
		"numpy.linspace":                            numpySpan,
		"numpy.arange":                              numpyRange,
		"numpy.concatenate":                         chainAll,
		"numpy.tile":                                loosened,
		"numpy.clip":                                numpyClip,
		"tqdm.tqdm":                                 first,
		"tqdm.auto.tqdm":                            first,
		"tqdm.notebook.tqdm":                        first,
		"tqdm.std.tqdm":                             first,
		"alive_progress.alive_it":                   first,
		"rich.progress.track":                       first,
		"numpy.vectorize":                           vectorise,
		"numpy.frompyfunc":                          vectorise,
		"joblib.delayed":                            first,
		"joblib.parallel.delayed":                   first,
		"numpy.array":                               numpyArray,
		"numpy.asarray":                             numpyArray,
		"runpy.run_path":                            runPath,
		"runpy.run_module":                          runModule,
		"timeit.timeit":                             timed,
		"timeit.repeat":                             timed,
		"timeit.Timer":                              timed,
		"cProfile.run":                              profiled,
		"cProfile.runctx":                           profiled,
		"profile.run":                               profiled,
		"profile.runctx":                            profiled,
		"pathlib.Path":                              newPath,
		"pathlib.PurePath":                          newPath,
		"pathlib.PosixPath":                         newPath,
		"pathlib.Path.home":                         func(*walker, arguments, *parser.Node) value { return pathObject(str("~")) },
		"pathlib.Path.cwd":                          func(*walker, arguments, *parser.Node) value { return pathObject(str(".")) },
		"os.getcwd":                                 func(*walker, arguments, *parser.Node) value { return str(".") },
		"os.path.join":                              osPathJoin,
		"os.path.expanduser":                        firstText,
		"os.path.expandvars":                        firstText,
		"os.path.abspath":                           firstText,
		"os.path.realpath":                          firstText,
		"os.path.normpath":                          firstText,
		"os.fspath":                                 firstText,
		"os.path.dirname":                           osPathDirname,
		"os.environ.get":                            environGet,
		"os.getenv":                                 environGet,
		"os.environ.setdefault":                     environSetDefault,
		"os.environ.pop":                            environPop,
		"os.environ.update":                         environUpdate,
		"os.environ.copy":                           environAll,
		"os.environ.items":                          environAll,
		"os.environ.keys":                           environAll,
		"os.environ.values":                         environAll,
		"os.putenv":                                 environPut,
		"os.unsetenv":                               environPut,
		"shlex.split":                               shlexSplit,
		"urllib.request.Request":                    firstText,
		"types.SimpleNamespace":                     simpleNamespace,
	}
}

// dataDecorator is the decorator that makes a dataclass, or what makes it.
func dataDecorator(_ *walker, a arguments, _ *parser.Node) value {
	if c, ok := a.value(0).(*class); ok {
		return c
	}
	return &builtin{name: "dataclass"}
}

func callPartialMethod(w *walker, a arguments, n *parser.Node) value {
	p, ok := callPartial(w, a, n).(*partial)
	if !ok {
		return unknown{}
	}
	p.bind = true
	return p
}

func first(_ *walker, a arguments, _ *parser.Node) value {
	if v := a.value(0); v != nil {
		return v
	}
	return unknown{}
}

func second(_ *walker, a arguments, _ *parser.Node) value {
	if v := a.value(1); v != nil {
		return v
	}
	return unknown{}
}

// firstText gives back its argument as text where it is constant.
func firstText(_ *walker, a arguments, _ *parser.Node) value {
	if s, ok := asString(a.value(0, "url")); ok {
		return str(s)
	}
	return &object{of: "str"}
}

// passDecorator is a decorator, or makes one, that leaves what it is put on as it is.
func passDecorator(_ *walker, a arguments, _ *parser.Node) value {
	if v, ok := a.at(0); ok {
		switch v.v.(type) {
		case *function, *boundFunction, *class:
			return v.v
		}
	}
	return &builtin{name: "identity"}
}

// makeIdentity makes a decorator that leaves what it is put on as it is.
func makeIdentity(*walker, arguments, *parser.Node) value { return &builtin{name: "identity"} }

func callPartial(w *walker, a arguments, n *parser.Node) value {
	fn, ok := a.at(0)
	if !ok {
		return unknown{}
	}
	return &partial{fn: fn.v, args: a.from(1)}
}

func gather(_ *walker, a arguments, _ *parser.Node) value {
	s := &sequence{open: a.star}
	for _, p := range a.pos {
		s.elems = append(s.elems, p.v)
	}
	return s
}

func importModule(w *walker, a arguments, n *parser.Node) value {
	return w.importDynamic(a.value(0, "name", "mod_name"), "importlib.import_module", n)
}

// methodCaller is operator.methodcaller: a function of the receiver.
func methodCaller(_ *walker, a arguments, _ *parser.Node) value {
	return &partial{fn: &builtin{name: "methodcaller"}, args: a}
}

func attrGetter(_ *walker, a arguments, _ *parser.Node) value {
	return &partial{fn: &builtin{name: "attrgetter"}, args: a}
}

func operatorCall(w *walker, a arguments, n *parser.Node) value {
	if f, ok := a.at(0); ok {
		return w.call(f.v, a.from(1), n)
	}
	return unknown{}
}
