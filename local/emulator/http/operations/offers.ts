import type { Engine } from '../../engine';
import { badRequest, notFound } from '../../errors';
import { isObject, type JsonObject } from '../../json';
import type { Container } from '../../resources/container';
import type { Database } from '../../resources/database';
import { offerContent, requireAutoscale, requireManual, type Throughput } from '../../resources/throughput';
import { type Exchange, json, type Operation } from '../exchange';
import { resourceFeed } from './resourceFeed';

type Owner = Database | Container;

const ownersOf = (engine: Engine): Owner[] =>
  [...engine.catalog.list(), ...engine.catalog.containers()].filter((owner) => owner.record.offer);

function toResource(owner: Owner): JsonObject {
  const { offer } = owner.record;
  return {
    resource: owner.self,
    offerType: 'Invalid',
    offerResourceId: owner.rid,
    offerVersion: 'V2',
    content: offer ? offerContent(offer.throughput) : {},
    id: offer?.id,
    _rid: offer?.id,
    _self: `offers/${offer?.id}/`,
    _etag: offer?.etag,
    _ts: offer?.ts,
  };
}

function find(exchange: Exchange): Owner {
  const id = exchange.segments[1] ?? '';
  const owner = ownersOf(exchange.engine).find(
    ({ record }) => record.offer?.id.toLowerCase() === id.toLowerCase(),
  );
  if (!owner) throw notFound(`The offer ${id} does not exist.`);
  return owner;
}

export const listOffers: Operation = (exchange) =>
  resourceFeed(exchange, 'Offers', '', ownersOf(exchange.engine).map(toResource));

export const readOffer: Operation = (exchange) => json(200, toResource(find(exchange)));

function requireThroughput(body: unknown): Throughput {
  const content = isObject(body) ? body.content : undefined;
  if (!isObject(content)) throw badRequest('The offer has no content.');
  if (content.offerAutopilotSettings !== undefined) return requireAutoscale(content.offerAutopilotSettings);
  return requireManual(content.offerThroughput);
}

export const replaceOffer: Operation = async (exchange) => {
  const owner = find(exchange);
  const throughput = requireThroughput(exchange.json());
  const { catalog } = exchange.engine;
  if ('containers' in owner) await catalog.setDatabaseThroughput(owner, throughput);
  else await catalog.setThroughput(owner, throughput);
  return json(200, toResource(owner), 10);
};
