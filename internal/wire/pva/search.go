package pva

import "net/netip"

// SearchRequest asks who has channels.
// https://docs.epics-controls.org/en/latest/pv-access/Protocol-Messages.html#cmd-search-0x03
type SearchRequest struct {
	Sequence uint32
	Flags    byte       // SearchReply, SearchUnicast
	Answer   netip.Addr // where to answer; the zero or unspecified address is whence it came
	Port     uint16     // as Answer
	TCP      bool       // the asker speaks TCP
	Channels []Sought
}

// Sought is one channel that is asked for.
type Sought struct {
	ID   uint32
	Name string
}

// The flags of a search.
const (
	SearchReply   = 0x01 // answer even where there is no such channel
	SearchUnicast = 0x80 // it was sent to one address
)

// SearchRequest reads a search.
func (d *Decoder) SearchRequest() (s SearchRequest) {
	s.Sequence, s.Flags = d.U32(), d.U8()
	d.Bytes(3)
	s.Answer, s.Port = d.address(), d.U16()
	n := d.count(1)
	s.TCP = n == 0
	for range n {
		s.TCP = d.Text() == "tcp" || s.TCP
	}
	for range int(d.U16()) {
		one := Sought{ID: d.U32(), Name: d.Text()}
		if d.err != nil {
			return SearchRequest{}
		}
		s.Channels = append(s.Channels, one)
	}
	return s
}

// SearchRequest appends a search for channels that can be had by TCP.
func (e *Encoder) SearchRequest(s SearchRequest) {
	e.Begin(Search)
	e.U32(s.Sequence)
	e.U8(s.Flags)
	e.Raw(zeros[:3])
	e.address(s.Answer)
	e.U16(s.Port)
	e.Size(1)
	e.Text("tcp")
	e.U16(uint16(len(s.Channels)))
	for _, c := range s.Channels {
		e.U32(c.ID)
		e.Text(c.Name)
	}
	e.End()
}

// SearchResponse says who has channels.
// https://docs.epics-controls.org/en/latest/pv-access/Protocol-Messages.html#cmd-search-response-0x04
type SearchResponse struct {
	GUID     [12]byte
	Sequence uint32
	Server   netip.Addr // unspecified is whence the answer came
	Port     uint16
	Protocol string
	Found    bool
	IDs      []uint32
}

// SearchResponse reads an answer to a search.
func (d *Decoder) SearchResponse() (s SearchResponse) {
	copy(s.GUID[:], d.Bytes(12))
	s.Sequence = d.U32()
	s.Server, s.Port, s.Protocol = d.address(), d.U16(), d.Text()
	s.Found = d.U8() != 0
	for range int(d.U16()) {
		if s.IDs = append(s.IDs, d.U32()); d.err != nil {
			return SearchResponse{}
		}
	}
	return s
}

// SearchResponse appends an answer to a search.
func (e *Encoder) SearchResponse(s SearchResponse) {
	e.Begin(SearchAnswer)
	e.Raw(s.GUID[:])
	e.U32(s.Sequence)
	e.address(s.Server)
	e.U16(s.Port)
	e.Text(s.Protocol)
	found := byte(0)
	if s.Found {
		found = 1
	}
	e.U8(found)
	e.U16(uint16(len(s.IDs)))
	for _, id := range s.IDs {
		e.U32(id)
	}
	e.End()
}

func (d *Decoder) address() netip.Addr {
	var raw [16]byte
	copy(raw[:], d.Bytes(16))
	return netip.AddrFrom16(raw).Unmap()
}

// address appends an address; the zero one is unspecified.
func (e *Encoder) address(a netip.Addr) {
	if !a.IsValid() || a.IsUnspecified() {
		e.Raw(zeros[:16])
		return
	}
	raw := a.As16()
	e.Raw(raw[:])
}
