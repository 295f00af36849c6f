package cli

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
)

// policyTree returns the rules as the keys and values of a policy file, in the
// order of the format, so that what is printed can be read as a policy again.
func policyTree(d *policy.Document) yaml.MapSlice {
	merged := *d
	merged.Extends.Set = false // its rules are here
	tree, _ := node(reflect.ValueOf(merged)).(yaml.MapSlice)
	return tree
}

// node returns nil for what the policy does not say.
func node(v reflect.Value) any {
	if text, ok := leaf(v.Interface()); ok {
		return text
	}
	switch v.Kind() {
	case reflect.Slice:
		items := make([]any, 0, v.Len())
		for i := range v.Len() {
			items = append(items, node(v.Index(i)))
		}
		return items
	case reflect.Struct:
		if set := v.FieldByName("Set"); set.IsValid() { // an optional value
			if !set.Bool() {
				return nil
			}
			return node(v.FieldByName("V"))
		}
		return mapping(v)
	}
	return v.Interface()
}

func mapping(v reflect.Value) any {
	var m yaml.MapSlice
	for i := range v.NumField() {
		key, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if key == "" || key == "-" {
			continue
		}
		value := node(v.Field(i))
		if items, ok := value.([]any); ok && len(items) == 0 && v.Field(i).Kind() == reflect.Slice {
			continue // a list that was not given; an empty one that was is an optional value
		}
		if value != nil && value != "" { // a text that was left out
			m = append(m, yaml.MapItem{Key: key, Value: value})
		}
	}
	if m == nil {
		return nil
	}
	return m
}

// leaf spells a value the way a policy file does.
func leaf(v any) (any, bool) {
	switch v := v.(type) {
	case policy.Version:
		return int(v), true
	case policy.Count:
		return int(v), true
	case policy.Duration:
		return time.Duration(v).String(), true
	case policy.Size:
		return size(int64(v)), true
	case policy.Level:
		return interlock.Level(v).String(), true
	case policy.Path:
		return v.Text, true
	case policy.Program:
		return v.Text, true
	case policy.Endpoint:
		return v.String(), true
	case policy.Channel:
		return v.Match, true
	case policy.Regex:
		return string(v), true
	case policy.Unresolved:
		return string(v), true
	case policy.ScriptFolder:
		return string(v), true
	case policy.DenyOnly:
		return string(v), true
	case policy.LimitsFile:
		return v.Text, true
	case policy.Number:
		return float64(v), true
	case policy.Rate:
		return interlock.Rate(v).String(), true
	case policy.Verify:
		return string(v), true
	case policy.Tolerance:
		return tolerance(v), true
	case policy.Rehearsal:
		return string(v), true
	case policy.When:
		return v.Text, true
	case policy.RuleEffect:
		return string(v), true
	case policy.PackageIndex:
		return string(v), true
	case policy.PackageSource:
		return string(v), true
	case policy.PackageRule:
		return rule("package", policy.Rule{Name: v.Text, Reason: v.Reason}), true
	case policy.ModuleRule:
		return rule("module", v.Rule), true
	case policy.BuiltinRule:
		return rule("name", v.Rule), true
	}
	return nil, false
}

func tolerance(t policy.Tolerance) any {
	if t.Absolute != 0 {
		return t.Absolute
	}
	return strconv.FormatFloat(t.Percent, 'g', -1, 64) + "%"
}

func rule(key string, r policy.Rule) any {
	if r.Reason == "" && r.Unless == "" {
		return r.Name
	}
	m := yaml.MapSlice{{Key: key, Value: r.Name}}
	if r.Reason != "" {
		m = append(m, yaml.MapItem{Key: "reason", Value: r.Reason})
	}
	if r.Unless != "" {
		m = append(m, yaml.MapItem{Key: "unless", Value: string(r.Unless)})
	}
	return m
}

// size spells n in the largest unit that says it exactly.
func size(n int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	i := 0
	for i < len(units)-1 && n%1024 == 0 {
		n, i = n/1024, i+1
	}
	return strconv.FormatInt(n, 10) + units[i]
}

// asJSON turns ordered mappings into ones that encoding/json writes as objects.
func asJSON(v any) any {
	switch v := v.(type) {
	case yaml.MapSlice:
		m := make(map[string]any, len(v))
		for _, item := range v {
			key, _ := item.Key.(string) // mapping and rule write no others
			m[key] = asJSON(item.Value)
		}
		return m
	case []any:
		for i := range v {
			v[i] = asJSON(v[i])
		}
	}
	return v
}
