package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/interlock-run/interlock"
)

func enter(t testing.TB, q *Queue, user string) *Ticket {
	t.Helper()
	ticket, err := q.Enter(user)
	if err != nil {
		t.Fatalf("%s: %v", user, err)
	}
	return ticket
}

func hasTurn(t *Ticket) bool {
	select {
	case <-t.turn:
		return true
	default:
		return false
	}
}

// P16: turns go round the users; within a user, first come first served.
func TestTurnsGoRoundTheUsers(t *testing.T) {
	q := New(Limits{1, 100, 1, 100}, time.Now)
	running := enter(t, q, "greedy")
	waiting := map[string]*Ticket{}
	for i := range 4 {
		name := fmt.Sprint("greedy", i)
		waiting[name] = enter(t, q, "greedy")
	}
	waiting["modest0"] = enter(t, q, "modest")
	waiting["third0"] = enter(t, q, "third")
	want := []string{"greedy0", "modest0", "third0", "greedy1", "greedy2", "greedy3"}
	for i, name := range want {
		if got := waiting[name].Position(); got != i+1 {
			t.Errorf("%s is told place %d, and its turn is number %d", name, got, i+1)
		}
	}
	var got []string
	for len(waiting) > 0 {
		running.Leave()
		for name, ticket := range waiting {
			if hasTurn(ticket) {
				got, running = append(got, name), ticket
				delete(waiting, name)
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("turns %v, want %v", got, want)
	}
}

// A user with all the turns they may have does not hold up another.
func TestAUsersLimitLeavesTurnsForOthers(t *testing.T) {
	q := New(Limits{4, 100, 2, 100}, time.Now)
	var first []*Ticket
	for range 10 {
		first = append(first, enter(t, q, "first"))
	}
	second := enter(t, q, "second")
	if !hasTurn(first[0]) || !hasTurn(first[1]) || hasTurn(first[2]) || !hasTurn(second) {
		t.Error("two turns for the first user and one for the second were wanted")
	}
}

func TestBusySaysHowManyWaitAndWhenToComeBack(t *testing.T) {
	clock := time.Unix(0, 0)
	q := New(Limits{1, 3, 1, 2}, func() time.Time { return clock })
	running := enter(t, q, "a")
	for range 2 {
		enter(t, q, "a")
	}
	_, err := q.Enter("a")
	busy := (*Busy)(nil)
	if !errors.As(err, &busy) || !busy.Own || busy.Waiting != 2 || busy.RetryIn != firstGuess {
		t.Errorf("%+v", err)
	}
	enter(t, q, "b")
	if _, err = q.Enter("c"); !errors.As(err, &busy) || busy.Own || busy.Waiting != 3 {
		t.Errorf("%+v", err)
	}
	e := interlock.AsError(err)
	if e.Code.Status() != 6 || !e.RetryRun || !strings.Contains(e.Message, "busy: 3 runs are waiting; try again in 5 s") {
		t.Errorf("%+v", e)
	}
	clock = clock.Add(7 * time.Second)
	running.Leave() // turns last 7 s; one waiting run has its turn now
	enter(t, q, "c")
	if _, err = q.Enter("c"); !errors.As(err, &busy) || busy.RetryIn != 14*time.Second {
		t.Errorf("%+v", err)
	}
}

// A run that gets its turn at once needs no place in the line.
func TestAFullLineIsNotInTheWayOfAFreeTurn(t *testing.T) {
	q := New(Limits{2, 1, 1, 1}, time.Now)
	enter(t, q, "a")
	enter(t, q, "a")
	if ticket := enter(t, q, "b"); !hasTurn(ticket) {
		t.Error("a turn is free and b did not get it")
	}
}

func TestCancelledWhileQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New(Limits{1, 10, 1, 10}, time.Now)
		first, second, third := enter(t, q, "a"), enter(t, q, "a"), enter(t, q, "a")
		ctx, cancel := context.WithCancelCause(t.Context())
		done := make(chan error, 1)
		go func() { done <- second.Wait(ctx) }()
		synctest.Wait()
		cancel(interlock.Interrupted)
		if err := <-done; !errors.Is(err, interlock.Interrupted) {
			t.Error(err)
		}
		second.Leave()
		second.Leave()
		if got := third.Position(); got != 1 {
			t.Errorf("place %d", got)
		}
		first.Leave()
		if !hasTurn(third) || q.Stats().Running != 1 || q.Stats().Waiting != 0 {
			t.Errorf("%+v", q.Stats())
		}
	})
}

func TestStoppedQueueTakesNobodyAndGetsIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New(Limits{1, 10, 1, 10}, time.Now)
		first, second := enter(t, q, "a"), enter(t, q, "a")
		q.Stop()
		if _, err := q.Enter("a"); !errors.Is(err, ErrStopping) || !q.Stopping() {
			t.Error(err)
		}
		done := make(chan error, 1)
		go func() { done <- q.Idle(t.Context()) }()
		first.Leave()
		synctest.Wait()
		if len(done) != 0 {
			t.Error("idle while a run goes on")
		}
		second.Leave()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if len(q.users) != 0 {
			t.Errorf("%d users are remembered", len(q.users))
		}
	})
}

// P16: a hundred runs at once over two turns: all end, and nobody waits for more
// turns than their place among all users demands.
func TestAHundredAtOnceStarveNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New(Limits{2, 200, 2, 200}, time.Now)
		began := time.Now()
		ended := make(chan string, 200)
		run := func(user string) {
			ticket := enter(t, q, user)
			go func() {
				defer ticket.Leave()
				if ticket.Wait(t.Context()) == nil {
					time.Sleep(time.Second) // the bubble's clock
					ended <- fmt.Sprintf("%s %d", user, time.Since(began)/time.Second)
				}
			}()
		}
		for range 97 {
			run("crowd")
		}
		for _, user := range []string{"one", "two", "three"} {
			run(user)
		}
		if err := q.Idle(t.Context()); err != nil {
			t.Fatal(err)
		}
		close(ended)
		n := 0
		for word := range ended {
			n++
			user, at, _ := strings.Cut(word, " ")
			if user != "crowd" && at > "3" {
				t.Errorf("%s ended after %s s behind a crowd", user, at)
			}
		}
		if n != 100 || time.Since(began) != 50*time.Second {
			t.Errorf("%d ended in %v", n, time.Since(began))
		}
	})
}

// Whatever comes: the limits hold, no turn is lost, and a turn goes to whoever
// can have one.
func TestLimitsHoldWhateverComes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := Limits{rapid.IntRange(1, 4).Draw(t, "running"), rapid.IntRange(1, 6).Draw(t, "queued"),
			rapid.IntRange(1, 3).Draw(t, "perUser"), rapid.IntRange(1, 4).Draw(t, "queuedPerUser")}
		q := New(l, func() time.Time { return time.Unix(0, 0) })
		var live []*Ticket
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			if len(live) > 0 && rapid.Bool().Draw(t, "leave") {
				i := rapid.IntRange(0, len(live)-1).Draw(t, "which")
				live[i].Leave()
				live = slices.Delete(live, i, i+1)
			} else if ticket, err := q.Enter(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "user")); err == nil {
				live = append(live, ticket)
			}
			holds(t, q, l, live)
		}
	})
}

func holds(t *rapid.T, q *Queue, l Limits, live []*Ticket) {
	running, waiting, places := map[string]int{}, map[string]int{}, []int{}
	for _, ticket := range live {
		if hasTurn(ticket) {
			running[ticket.user.name]++
		} else {
			waiting[ticket.user.name]++
			places = append(places, ticket.Position())
		}
	}
	turns, inLines := 0, 0
	for _, n := range running {
		turns += n
		if n > l.RunningPerUser {
			t.Fatalf("%d turns for one user", n)
		}
	}
	for name, n := range waiting {
		inLines += n
		if turnsOf := running[name]; turnsOf < l.RunningPerUser && len(live)-len(places) < l.Running {
			t.Fatalf("%s waits while a turn is free", name)
		}
		if n > l.QueuedPerUser {
			t.Fatalf("%d places for one user", n)
		}
	}
	if s := q.Stats(); turns > l.Running || inLines > l.Queued || s.Running != turns || s.Waiting != inLines {
		t.Fatalf("%d turns, %d waiting, %+v", turns, inLines, s)
	}
	slices.Sort(places)
	for i, n := range places {
		if n != i+1 {
			t.Fatalf("places %v", places)
		}
	}
}
