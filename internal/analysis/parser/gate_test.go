package parser

import (
	"errors"
	"strings"
	"testing"
)

func TestGate(t *testing.T) {
	r := strings.Repeat
	for _, c := range []struct {
		name, src    string
		reason       GateReason // "" is accepted
		line, column int
	}{
		{"empty", "", "", 0, 0},
		{"plain", "print('héllo')\n", "", 0, 0},
		{"BOM", "\ufeffx = 1\n", "", 0, 0},
		{"largest", r("#", MaxBytes), "", 0, 0},
		{"too large", r("#", MaxBytes+1), TooLarge, 0, 0},
		{"NUL", "x = 1\ny\x00 = 2\n", NullByte, 2, 2},
		{"NUL in a comment", "# é\x00", NullByte, 1, 4},
		{"latin-1 byte", "x = 'é'\ny = '\xe9'\n", NotUTF8, 2, 6},
		{"overlong slash", "x = '\xc0\xaf'", NotUTF8, 1, 6},
		{"surrogate", "x = '\xed\xa0\x80'", NotUTF8, 1, 6},
		{"cut short", "x = 1 # \xe2\x82", NotUTF8, 1, 9},
		{"beyond Unicode", "\xf4\x90\x80\x80", NotUTF8, 1, 1},
		{"UTF-16 BOM", "\xff\xfex\x00", NullByte, 1, 4},
		{"UTF-16 BOM alone", "\xff\xfe", NotUTF8, 1, 1},

		{"cookie utf-7", "# coding: utf-7\n", OtherCoding, 1, 11},
		{"cookie after BOM", "\ufeff# coding: latin-1\n", OtherCoding, 1, 11},
		{"cookie in line 2", "#!/usr/bin/python\n# -*- coding: utf_7 -*-\n", OtherCoding, 2, 15},
		{"cookie in line 2 after a blank", " \t\f\n#coding=latin-1\n", OtherCoding, 2, 9},
		{"cookie in line 2 after CR", "#\r# coding:utf7", OtherCoding, 2, 10},
		{"cookie in line 2 after CRLF", "#\r\n# coding:utf7", OtherCoding, 2, 10},
		{"cookie in line 2 after code", "x = 1\n# coding: utf-7\n", "", 0, 0},
		{"cookie in line 3", "#\n#\n# coding: utf-7\n", "", 0, 0},
		{"cookie in line 3 after CRs", "\r\r# coding: utf-7\n", "", 0, 0},
		{"cookie behind code", "x = 1 # coding: utf-7\n", "", 0, 0},
		{"cookie in a string", "'''\n# coding: utf-7\n'''", "", 0, 0},
		{"vim cookie", "# vim: set fileencoding=cp1252 :\n", OtherCoding, 1, 25},
		{"second of two words counts", "# coding coding: utf-7", OtherCoding, 1, 18},
		{"empty name, then another", "# coding: é coding=utf-7", OtherCoding, 1, 20},
		{"blank before the colon", "# coding : utf-7", "", 0, 0},
		{"no name", "# coding: \n# coding: utf-7\n", OtherCoding, 2, 11},
		{"indented comment", " \t\f# coding: utf-7", OtherCoding, 1, 14},
		{"first utf-8, then other", "# coding: utf-8\n# coding: utf-7\n", "", 0, 0},
		{"UTF-8", "# -*- coding: UTF-8 -*-", "", 0, 0},
		{"utf8", "# coding=utf8", "", 0, 0},
		{"Utf_8", "# coding=Utf_8", "", 0, 0},
		{"utf-8-unix", "# coding=utf-8-unix", "", 0, 0},
		{"utf-8x", "# coding=utf-8x", OtherCoding, 1, 10},
		{"utf-88", "# coding=utf-88", OtherCoding, 1, 10},
		{"ascii", "# coding: ascii", OtherCoding, 1, 11},
		{"unicode_escape", "# coding: unicode_escape", OtherCoding, 1, 11},

		{"deepest brackets", "x = " + r("[", MaxBrackets) + r("]", MaxBrackets), "", 0, 0},
		{"too deep", "x = 1\ny = " + r("(", MaxBrackets+1), TooDeep, 2, 5 + MaxBrackets},
		{"mixed brackets", r("({[", 70), TooDeep, 1, 201},
		{"brackets in a string", "x = '" + r("(", 500) + "'", "", 0, 0},
		{"brackets in a long string", "x = '''" + r("(\n'", 500) + "'''", "", 0, 0},
		{"brackets in a comment", "#" + r("(", 500) + "\rx", "", 0, 0},
		{"brackets after a comment", "#\r" + r("(", 500), TooDeep, 2, 201},
		{"closing brackets do not pay in advance", r(")", 300) + r("(", 201), TooDeep, 1, 501},
		{"escaped quote", `x = '\'` + r("(", 300) + "'", "", 0, 0},
		{"raw string with backslash", `x = r'\' + '` + r("(", 300) + "'", TooDeep, 1, 213},
		{"string that is not closed", "x = '\n" + r("(", 300), TooDeep, 2, 201},
		{"brackets between strings", "''" + r("(''", 201), TooDeep, 1, 603},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := Check([]byte(c.src))
			var gate *GateError
			if c.reason == "" {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			if !errors.As(err, &gate) {
				t.Fatalf("got %v, want a refusal: %s", err, c.reason)
			}
			if gate.Reason != c.reason || gate.Line != c.line || gate.Column != c.column {
				t.Errorf("%s at %d:%d, want %s at %d:%d", gate.Reason, gate.Line, gate.Column, c.reason, c.line, c.column)
			}
			if gate.Hint == "" || gate.Message == "" {
				t.Errorf("no message or hint: %+v", gate)
			}
		})
	}
}
