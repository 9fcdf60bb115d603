import Foundation
import ModelFormat

/// An n-gram with interpolated Kneser-Ney smoothing (Kneser and Ney 1995; the interpolated form and
/// the discount of Chen and Goodman, An Empirical Study of Smoothing Techniques for Language Modeling,
/// 1999):
///
///     p_k(s | h) = max(c(h s) - D_k, 0) / c(h) + D_k t(h) / c(h) p_{k-1}(s | h without its oldest)
///
/// with c the counts of what follows h, t(h) how many different states do, D_k = n1 / (n1 + 2 n2) where
/// n1 and n2 sequences of that length have a count of 1 and 2, and p_0 uniform. Counts are of events
/// for the longest sequences, for shorter ones of how many different events they are continued by to
/// the left.
struct KneserNey: SequenceModel {
  let past: Int
  private let uniform: Double
  private let unknown: Surprise
  /// A context's node from that of the context without its oldest event; node 0 is the empty one.
  private var contexts = PairTable()
  /// The count of a state after a context.
  private var counts = PairTable()
  /// Of each context: the sum of its counts, and how many states follow it.
  private var totals: [UInt32] = [0]
  private var types: [UInt32] = [0]
  /// By context length: how many counts are 1 and how many 2.
  private var ones: [Int]
  private var twos: [Int]

  /// - Parameters:
  ///   - order: n, 1 or more: an event and the n - 1 before it.
  ///   - states: how many there are without the unknown one.
  ///   - unknown: the surprise of the unknown state, which is never predicted.
  init(order: Int, states: Int, unknown: Surprise) {
    past = order - 1
    uniform = 1 / Double(max(states, 1))
    self.unknown = unknown
    ones = [Int](repeating: 0, count: order)
    twos = ones
  }

  mutating func learn(_ events: [UInt16], at index: Int) {
    let state = events[index]
    if state == 0 { return }
    var nodes: [UInt32] = [0]
    for length in 0..<past {
      let new = UInt32(totals.count)
      let node = contexts.update(nodes[length], events[index - 1 - length], initial: new) { _ in }
      if node == new {
        totals.append(0)
        types.append(0)
      }
      nodes.append(node)
    }
    // A sequence counts for the next shorter one when it is seen for the first time.
    for length in stride(from: past, through: 0, by: -1) {
      let node = nodes[length]
      totals[Int(node)] += 1
      switch counts.update(node, state, initial: 0, { $0 += 1 }) {
      case 1:
        types[Int(node)] += 1
        ones[length] += 1
        continue
      case 2:
        ones[length] -= 1
        twos[length] += 1
      case 3: twos[length] -= 1
      default: break
      }
      return
    }
  }

  private func discount(_ length: Int) -> Double {
    // With no count of 1 nothing can be estimated: half of one.
    ones[length] == 0 ? 0.5 : Double(ones[length]) / Double(ones[length] + 2 * twos[length])
  }

  /// p(event at `index` | the events before it), over 0.
  func probability(_ events: [UInt16], at index: Int) -> Double {
    var (p, node) = (uniform, UInt32(0))
    for length in 0...past {
      if length > 0 {
        guard let longer = contexts[node, events[index - length]] else { break }
        node = longer
      }
      let total = Double(totals[Int(node)])
      guard total > 0 else { break }
      let discount = discount(length)
      let count = Double(counts[node, events[index]] ?? 0)
      p = (max(count - discount, 0) + discount * Double(types[Int(node)]) * p) / total
    }
    return p
  }

  func surprise(_ events: [UInt16], at index: Int) -> Surprise {
    if events[index] == 0 { return unknown }
    // A probability may round to a little over 1.
    return min(Surprise(nats: Float(max(0, -log(probability(events, at: index))))), .cap)
  }

  /// With 8 bytes a context for its two numbers.
  var byteCount: Int { contexts.byteCount + counts.byteCount + 8 * totals.count }
}
