package analysis

import (
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"strings"
)

// octetsMethod is a method of constant bytes; nil where it is not folded.
func octetsMethod(b, name string) value {
	switch name {
	case "decode":
		return str(b)
	case "hex":
		return str(hex.EncodeToString([]byte(b)))
	}
	return nil
}

// decodeConst undoes the encodings that hide text.
func decodeConst(path string, v value) value {
	s, ok := v.(octets)
	if t, isStr := v.(str); isStr {
		s, ok = octets(t), true
	}
	if !ok || len(s) > maxText {
		return nil
	}
	var out []byte
	var err error
	switch path {
	case "base64.b64decode", "base64.standard_b64decode", "binascii.a2b_base64", "base64.decodebytes":
		out, err = base64.StdEncoding.DecodeString(strings.TrimSpace(string(s)))
	case "base64.urlsafe_b64decode":
		out, err = base64.URLEncoding.DecodeString(string(s))
	case "base64.b16decode", "binascii.unhexlify", "binascii.a2b_hex", "bytes.fromhex":
		out, err = hex.DecodeString(strings.ReplaceAll(string(s), " ", ""))
	case "zlib.decompress", "gzip.decompress", "bz2.decompress":
		out, err = inflate(path, []byte(s))
	default:
		return nil
	}
	if err != nil {
		return nil
	}
	return octets(out)
}

func rot13(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return 'a' + (r-'a'+13)%26
		case r >= 'A' && r <= 'Z':
			return 'A' + (r-'A'+13)%26
		}
		return r
	}, s)
}

// inflate undoes a compression, up to maxText.
func inflate(how string, b []byte) ([]byte, error) {
	var r io.Reader
	var err error
	switch how {
	case "zlib.decompress":
		r, err = zlib.NewReader(bytes.NewReader(b))
	case "gzip.decompress":
		r, err = gzip.NewReader(bytes.NewReader(b))
	default:
		r = bzip2.NewReader(bytes.NewReader(b))
	}
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(r, maxText+1))
	if len(out) > maxText {
		return nil, errors.New("too long")
	}
	return out, err
}
